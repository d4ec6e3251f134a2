/**
 * Why an event was not taken.
 *
 * - `invalid`: it is no usage event; the message says which field.
 * - `full`: `maxPending` events wait for an answer.
 * - `closed`: the reporter was closed.
 * - `journal`: the journal could not be written, for example because the disk is full.
 */
export type NotTaken = 'invalid' | 'full' | 'closed' | 'journal';

/** `report` did not take the event. It will not be sent, so the application must keep it or report it again. */
export class UsageNotTakenError extends Error {
  override readonly name = 'UsageNotTakenError';
  readonly reason: NotTaken;

  constructor(reason: NotTaken, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}
