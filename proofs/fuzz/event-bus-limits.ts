import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { MARK } from './promises';
import { aWire, type WireAnswer } from './wire';

const { wire, config } = aWire();
const sharedClient = new EventBridgeClient(config);

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
  readonly published: unknown[] = [];
  readonly refusals: string[] = [];
  readonly client = sharedClient;

  constructor(readonly failing: boolean) {
    wire.answer = (body) => this.#answer(body);
  }

  #answer(body: string): WireAnswer {
    if (this.failing) return { status: 500, body: { __type: 'InternalException', message: MARK } };
    const call = putEvents.safeParse(JSON.parse(body));
    if (!call.success || Buffer.byteLength(body) > CALL_BYTES) {
      this.refusals.push(call.success ? `a call of ${body.length} characters` : z.prettifyError(call.error));
      return { status: 400, body: { __type: 'ValidationException', message: MARK } };
    }
    const Entries = call.data.Entries.map(({ Detail }) => ({
      EventId: `event-${this.published.push(JSON.parse(Detail))}`,
    }));
    return { status: 200, body: { FailedEntryCount: 0, Entries } };
  }
}
