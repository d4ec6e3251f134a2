import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import * as z from 'zod';
import { MARK } from './promises';

/** EventBridge takes at most so many bytes a PutEvents call, all entries together. */
const CALL_BYTES = 256 * 1024;

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        EventBusName: z.string().min(1),
        Source: z.string().min(1),
        DetailType: z.string().min(1).max(128),
        Detail: z.string().refine((text) => typeof JSON.parse(text) === 'object'),
        Resources: z.array(z.string().min(1).max(2048)),
        Time: z.number(),
      }),
    )
    .min(1)
    .max(10),
});

/** An event bus behind the real client: it keeps what is put, and refuses what EventBridge refuses. */
export class EventBusLimits {
  failing = false;
  readonly published: unknown[] = [];
  readonly refusals: string[] = [];
  readonly client = sharedClient;

  constructor() {
    answer = (body) => this.#answer(body);
  }

  #answer(body: string): HttpResponse {
    if (this.failing) return toResponse(500, { __type: 'InternalException', message: MARK });
    const call = putEvents.safeParse(JSON.parse(body));
    if (!call.success || Buffer.byteLength(body) > CALL_BYTES) {
      this.refusals.push(call.success ? `a call of ${body.length} characters` : z.prettifyError(call.error));
      return toResponse(400, { __type: 'ValidationException', message: MARK });
    }
    const Entries = call.data.Entries.map(({ Detail }) => ({
      EventId: `event-${this.published.push(JSON.parse(Detail))}`,
    }));
    return toResponse(200, { FailedEntryCount: 0, Entries });
  }
}

/** Cases run one after the other. */
let answer: ((body: string) => HttpResponse) | undefined;

const requestHandler = {
  metadata: { handlerProtocol: 'http/1.1' },
  handle: async (request: HttpRequest) => {
    const body = new TextDecoder().decode(request.body);
    return { response: answer?.(body) ?? toResponse(500, { __type: 'NobodyAsked' }) };
  },
};
const credentials = { accessKeyId: 'fuzz', secretAccessKey: 'fuzz' };
const sharedClient = new EventBridgeClient({ region: 'us-east-1', credentials, maxAttempts: 1, requestHandler });

function toResponse(statusCode: number, body: unknown): HttpResponse {
  return new HttpResponse({ statusCode, headers: {}, body: Buffer.from(JSON.stringify(body)) });
}
