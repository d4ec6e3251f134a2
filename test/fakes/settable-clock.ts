/** A clock that stands still until it is set; sleeping advances it. */
export class SettableClock {
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs;
  readonly sleep = async (ms: number): Promise<void> => void (this.#nowMs += ms);

  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }
}
