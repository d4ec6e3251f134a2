import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError, type ServiceErrorType } from '../rules/service-error';
import type { Simulator } from './simulator';

/** The Catalog service's statuses (MODEL) differ from those of the other services. */
const STATUS: Partial<Record<ServiceErrorType, number>> = { ResourceNotFoundException: 404, ValidationException: 422 };

/** The REST JSON protocol of the Catalog API: each operation has a method and a path. */
export function serveCatalogApi(app: FastifyInstance, { marketplace, settings }: Simulator): void {
  app.get('/DescribeEntity', (request, reply) =>
    answer(request, reply, () => marketplace.describeEntity(request.query, settings)),
  );
  app.post('/ListEntities', (request, reply) =>
    answer(request, reply, () => marketplace.listEntities(request.body ?? {})),
  );
}

function answer({ headers }: FastifyRequest, reply: FastifyReply, work: () => object): FastifyReply {
  reply.header('x-amzn-requestid', randomUUID());
  try {
    if (!/^AWS4-HMAC-SHA256 /.test(headers.authorization ?? '')) throw new ServiceError('MissingAuthenticationToken');
    return reply.send(work());
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const { type, status, message } = error;
    return reply
      .code(STATUS[type] ?? status)
      .header('x-amzn-errortype', type)
      .send({ Message: message });
  }
}
