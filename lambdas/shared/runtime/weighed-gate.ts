/** Lets work begin in order of arrival while the weights of what is in progress fit into the capacity together. */
export class WeighedGate {
  #inProgress = 0;
  readonly #waiting: { weight: number; begin(): void }[] = [];

  constructor(private readonly capacity: number) {}

  /** Work that is heavier than the whole capacity begins alone. */
  async run<Result>(weight: number, work: () => Promise<Result>): Promise<Result> {
    const taken = Math.min(weight, this.capacity);
    await new Promise<void>((begin) => {
      this.#waiting.push({ weight: taken, begin });
      this.#beginWaiting();
    });
    try {
      return await work();
    } finally {
      this.#inProgress -= taken;
      this.#beginWaiting();
    }
  }

  #beginWaiting(): void {
    for (
      let next = this.#waiting[0];
      next && this.#inProgress + next.weight <= this.capacity;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#inProgress += next.weight;
      next.begin();
    }
  }
}
