import type { Dice } from '../driver/dice';

export type InvocationState = 'running' | 'done' | 'failed' | 'dead' | 'frozen';

/** One run of a function. Dead and frozen ones get no answers to their calls; frozen ones may be woken. */
export class Invocation {
  state: InvocationState = 'running';
  result: unknown;
  error: unknown;
  /** It was frozen once, so it now acts hours late. */
  isZombie = false;
  /** While it is frozen. */
  sleepsUntilMs = 0;
  /** One of its stores failed, so it may not have stored everything. */
  wasFailedByStore = false;
  /** The requests that AWS answered as billed, and those whose result is unknown. */
  readonly accepted = new Set<string>();
  readonly uncertain = new Set<string>();
  /** It was cut off, so the platform must run its work again. */
  get wasCutOff(): boolean {
    return this.state === 'dead' || this.state === 'frozen' || this.isZombie;
  }
  get isOver(): boolean {
    return this.state !== 'running';
  }

  constructor(
    readonly name: string,
    readonly startedAtMs: number,
    /** `skewMs`: how far the clock of its machine is from those of the others. */
    readonly options: { timeoutMs: number; sluggish: boolean; skewMs: number },
  ) {}
}

interface Call {
  invocation: Invocation;
  label: string;
  readyAtMs: number;
  perform(): void;
}

export type Fate = 'crashBefore' | 'crashAfter' | 'frozen';

/** Decides what happens to a call when its turn comes. */
export interface CallWeather {
  /** @returns what happens to the invocation besides the call. */
  onCall(invocation: Invocation, label: string): Fate | undefined;
  onOutOfTime(invocation: Invocation): void;
}

export interface Timeline {
  nowMs: number;
}

/**
 * Runs invocations concurrently on one thread. Each call of a port waits until the dice choose it, takes effect as a
 * whole, and its invocation runs on until it waits again. Every order of calls that real machines can produce may
 * occur, and the same dice repeat it.
 */
export class Scheduler {
  #calls: Call[] = [];
  /** The calls that frozen invocations make when they wake. */
  readonly #frozen = new Map<Invocation, Call[]>();
  /** Calls so far, of all invocations. */
  performed = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly weather: CallWeather,
    private readonly isBroken: () => boolean,
  ) {}

  start(invocation: Invocation, run: () => Promise<unknown>): Invocation {
    run().then(
      (result) => {
        if (invocation.state === 'running') Object.assign(invocation, { state: 'done', result });
      },
      (error: unknown) => {
        if (invocation.state === 'running') Object.assign(invocation, { state: 'failed', error });
      },
    );
    return invocation;
  }

  call<T>(invocation: Invocation, label: string, run: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const perform = () => {
        try {
          resolve(run());
        } catch (error) {
          reject(error);
        }
      };
      this.#calls.push({ invocation, label, readyAtMs: this.timeline.nowMs, perform });
    });
  }

  sleep(invocation: Invocation, ms: number): Promise<void> {
    return new Promise((resolve) => {
      // Clocks tick in whole milliseconds, whatever a timer asks for.
      const readyAtMs = this.timeline.nowMs + Math.ceil(ms);
      this.#calls.push({ invocation, label: 'sleep', readyAtMs, perform: resolve });
    });
  }

  /** Runs until all of these have ended. */
  async run(invocations: readonly Invocation[], dice: Dice): Promise<void> {
    for (;;) {
      await settled();
      if (this.isBroken() || invocations.every(({ isOver }) => isOver)) break;
      this.#perform(this.#choose(dice), dice);
    }
    for (const call of this.#calls) {
      const { invocation } = call;
      if (invocation.state === 'frozen') this.#frozen.set(invocation, [...(this.#frozen.get(invocation) ?? []), call]);
    }
    this.#calls = this.#calls.filter(({ invocation: { state } }) => state === 'running');
  }

  wake(invocation: Invocation): void {
    this.#calls.push(...(this.#frozen.get(invocation) ?? []));
    this.#frozen.delete(invocation);
    invocation.state = 'running';
    invocation.isZombie = true;
  }

  #perform(call: Call, dice: Dice): void {
    const { invocation, label } = call;
    const { startedAtMs, options } = invocation;
    this.performed += 1;
    this.timeline.nowMs += options.sluggish && label !== 'sleep' ? dice.between(500, 15_000) : dice.below(12);
    if (this.timeline.nowMs > startedAtMs + options.timeoutMs && !invocation.isZombie) {
      invocation.state = 'dead';
      this.weather.onOutOfTime(invocation);
      return;
    }
    const fate = label === 'sleep' ? undefined : this.weather.onCall(invocation, label);
    if (fate === 'frozen') {
      invocation.state = 'frozen';
      this.#calls.push(call);
      return;
    }
    if (fate === 'crashBefore' || fate === 'crashAfter') invocation.state = 'dead';
    if (fate !== 'crashBefore') call.perform();
  }

  /** Picks one of the calls that are ready; if none is, time advances to the first that will be. */
  #choose(dice: Dice): Call {
    let ready = this.#countReady();
    if (ready === 0) {
      const waiting = this.#calls.filter(({ invocation }) => invocation.state === 'running');
      const nextMs = Math.min(...waiting.map(({ readyAtMs }) => readyAtMs));
      if (!Number.isFinite(nextMs)) throw new Error('Every invocation waits for something other than a port call.');
      this.timeline.nowMs = nextMs;
      ready = this.#countReady();
    }
    let before = dice.below(ready);
    for (const [position, call] of this.#calls.entries()) {
      if (!this.#isReady(call)) continue;
      if (before === 0) {
        this.#calls.splice(position, 1);
        return call;
      }
      before -= 1;
    }
    throw new Error('There is no such call.');
  }

  #countReady(): number {
    let ready = 0;
    for (const call of this.#calls) if (this.#isReady(call)) ready += 1;
    return ready;
  }

  #isReady({ invocation, readyAtMs }: Call): boolean {
    return invocation.state === 'running' && readyAtMs <= this.timeline.nowMs;
  }
}

/** A tick comes after all due promises: by then, everything that runs waits for a port again. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
