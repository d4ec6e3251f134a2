/** A message on its way to `follow-agreement`. */
export interface QueuedMessage {
  body: unknown;
  /** For the history. */
  label: string;
  /** The time before which EventBridge or SNS does not deliver it. */
  notBeforeMs: number;
}

/** A delayed message from `meter-usage` to itself. */
export interface EndingReminder {
  subscriptionId: string;
  notBeforeMs: number;
}

/** Wraps a message as SNS does: AWS Marketplace's own has neither an id nor a time. */
export function envelopeOf(message: string, { id, nowMs }: { id: number; nowMs: number }): unknown {
  return { Type: 'Notification', MessageId: `sns-${id}`, Timestamp: new Date(nowMs).toISOString(), Message: message };
}
