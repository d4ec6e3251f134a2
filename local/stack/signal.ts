/** A wait that a call can end early. */
export class Signal {
  #wake: (() => void) | undefined;
  #called = false;

  /** Ends the current wait, or the next one if nobody is waiting. */
  call(): void {
    this.#called = true;
    this.#wake?.();
  }

  async wait(ms: number): Promise<void> {
    if (!this.#called) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#called = false;
  }
}
