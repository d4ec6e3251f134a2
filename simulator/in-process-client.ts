import {
  MarketplaceMeteringClient,
  MarketplaceMeteringServiceException,
  type BatchMeterUsageCommandInput,
} from '@aws-sdk/client-marketplace-metering';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import type { Marketplace } from './marketplace';
import type { BatchMeterUsageOutput } from './operations/batch-meter-usage';
import type { UsageRecord } from './operations/usage-record';
import type { CallOutcome } from './rules/call-log';
import { OPERATION_OF_TARGET } from './wire/aws-json';

/** The SDK's own metering client, whose requests go to the rules without HTTP: what it drops, the rules never see. */
export function inProcessMeteringClient(marketplace: Marketplace): MarketplaceMeteringClient {
  return new MarketplaceMeteringClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    requestHandler: { handle: async (request: HttpRequest) => ({ response: await answer(marketplace, request) }) },
  });
}

async function answer(marketplace: Marketplace, { headers, body }: HttpRequest): Promise<HttpResponse> {
  const target = headers['x-amz-target'];
  const operation = OPERATION_OF_TARGET.get(target);
  if (operation === undefined) throw new Error(`The simulator does not answer ${target}.`);
  // The body is a text or bytes.
  const text = await new Response(body).text();
  const outcome = marketplace.call(operation, JSON.parse(text), Buffer.byteLength(text));
  if (outcome.kind === 'dropped') throw timeoutError();
  const [statusCode, output] =
    outcome.kind === 'answered'
      ? [200, outcome.output]
      : [outcome.error.status, { __type: outcome.error.type, message: outcome.error.message }];
  return new HttpResponse({
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(output)),
  });
}

/** Converts a request to its wire form, with timestamps in epoch seconds. */
export function toWire(input: BatchMeterUsageCommandInput) {
  const UsageRecords = input.UsageRecords?.map((record) => ({
    ...record,
    Timestamp: (record.Timestamp?.getTime() ?? NaN) / 1000,
  }));
  return { ...input, UsageRecords };
}

/** Converts an output from its wire form to the SDK's. */
export function fromWire(output: object): object {
  const { Results = [], UnprocessedRecords = [] } = output as Partial<BatchMeterUsageOutput>;
  const dated = (record: UsageRecord) => ({ ...record, Timestamp: new Date(Math.round(record.Timestamp * 1000)) });
  return {
    Results: Results.map((result) => ({ ...result, UsageRecord: dated(result.UsageRecord) })),
    UnprocessedRecords: UnprocessedRecords.map(dated),
  };
}

/** @throws the SDK's exception when the call failed or was dropped. */
export function answerOf(outcome: CallOutcome): object {
  switch (outcome.kind) {
    case 'answered':
      return outcome.output;
    case 'dropped':
      throw timeoutError();
    case 'failed': {
      const { type: name, status, message } = outcome.error;
      const $fault = status >= 500 ? 'server' : 'client';
      throw new MarketplaceMeteringServiceException({ name, message, $fault, $metadata: { httpStatusCode: status } });
    }
  }
}

/** The error the SDK throws when no response arrives. */
export function timeoutError(): Error {
  return Object.assign(new Error('no response'), { name: 'TimeoutError' });
}
