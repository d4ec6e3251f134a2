import type { BookedHour } from '../../driver/books';
import type { Invocation } from '../scheduler';

/** Which invocations counted the sends of each hour. */
export class SendClaimers {
  /** The invocation whose command is under way. */
  acting: Invocation | undefined;
  readonly #of = new WeakMap<BookedHour, Invocation[]>();

  note(hour: BookedHour): void {
    const { acting } = this;
    if (acting !== undefined) this.#of.set(hour, [...(this.#of.get(hour) ?? []), acting]);
  }

  /** Whether one of them was cut off, or could not store that it did not send. */
  isStopped(hour: BookedHour): boolean {
    return (this.#of.get(hour) ?? []).some(({ wasCutOff, wasFailedByStore }) => wasCutOff || wasFailedByStore);
  }
}
