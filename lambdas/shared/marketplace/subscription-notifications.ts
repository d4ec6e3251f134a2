import * as z from 'zod';
import type { CustomerLifecycleEvent } from '../domain/lifecycle-event';
import type { CustomerEvent, KeptEvent, MarketplaceEvent } from '../domain/marketplace-event';
import { toAgreementEvent } from './agreement-events';
import { keptText, keyText, messageId, messageTime } from './message-texts';

/**
 * SNS's envelope, which a queue receives without raw message delivery. It is needed for its id and time, because AWS
 * Marketplace's message has neither.
 */
const envelope = z.object({
  Type: z.literal('Notification'),
  MessageId: messageId,
  Timestamp: messageTime,
  Message: z.string(),
});

/** The example in AWS's documentation has a leading space. */
const identifier = z.string().trim().pipe(keyText);
const notification = z.object({
  action: z.string(),
  'customer-identifier': identifier,
  'product-code': identifier,
  /** Documented as a string. */
  isFreeTrialTermPresent: z.union([z.string(), z.boolean()]).optional(),
});
const anyAction = z.object({ action: keyText });

/** With another value, or without one, AWS does not say. */
const FREE_TRIAL = new Map([
  ['true', true],
  ['false', false],
]);

/** A Map, because an object would also find inherited names such as `toString`. */
const ACTIONS = new Map<string, CustomerLifecycleEvent['kind']>([
  ['subscribe-success', 'subscribeSucceeded'],
  ['subscribe-fail', 'subscribeFailed'],
  ['unsubscribe-pending', 'unsubscribePending'],
  ['unsubscribe-success', 'unsubscribeSucceeded'],
]);

/**
 * Reads one message of the queue: an EventBridge event or an SNS notification. A message of an unknown kind is `other`.
 * @throws ZodError when the input is neither.
 */
export function toMarketplaceEvent(input: unknown): MarketplaceEvent {
  const enveloped = envelope.safeParse(input);
  if (!enveloped.success) return toAgreementEvent(input);
  const { MessageId: id, Timestamp: time, Message: text } = enveloped.data;
  const message = parseOrNothing(text);
  const action = anyAction.safeParse(message).data?.action ?? 'unknown';
  const kept: KeptEvent = { id, detailType: `SNS ${action}`, time, detail: keptText(text) };
  const parsed = notification.safeParse(message);
  const event = parsed.success ? toEvent(parsed.data, time) : undefined;
  if (!parsed.success || event === undefined) return { kind: 'other', kept };
  const { 'product-code': productCode, 'customer-identifier': customerIdentifier } = parsed.data;
  return { kind: 'customer', productCode, customerIdentifier, event, kept };
}

function toEvent(
  { action, isFreeTrialTermPresent, ...ids }: z.infer<typeof notification>,
  time: string,
): CustomerEvent['event'] | undefined {
  if (action === 'entitlement-updated') return { kind: 'entitlementsChanged', time };
  const kind = ACTIONS.get(action);
  if (kind === undefined) return undefined;
  const freeTrial = FREE_TRIAL.get(String(isFreeTrialTermPresent));
  return { kind, time, customerIdentifier: ids['customer-identifier'], ...(freeTrial !== undefined && { freeTrial }) };
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
