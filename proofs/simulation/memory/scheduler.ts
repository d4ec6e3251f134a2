import type { Dice } from '../driver/dice';

export type InvocationState = 'running' | 'done' | 'failed' | 'dead' | 'frozen';

/** One run of a function. Dead and frozen ones never hear of their calls again; frozen ones may be woken. */
export class Invocation {
  state: InvocationState = 'running';
  result: unknown;
  error: unknown;
  /** It was frozen once: what it does now is hours late. */
  isZombie = false;
  /** A store failed it: what it could not store is not its fault. */
  wasFailedByStore = false;
  /** Requests that AWS has told it are billed, and those whose result nobody knows. */
  readonly accepted = new Set<string>();
  readonly uncertain = new Set<string>();
  /** It was cut off, so that the platform has to do its work again. */
  get wasCutOff(): boolean {
    return this.state === 'dead' || this.state === 'frozen' || this.isZombie;
  }
  get isOver(): boolean {
    return this.state !== 'running';
  }

  constructor(
    readonly name: string,
    readonly startedAtMs: number,
    readonly options: { timeoutMs: number; sluggish: boolean },
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
 * Runs invocations together on one thread: each call of a port waits until the dice choose it, then takes effect whole,
 * and its invocation runs on until all of it waits again. Any order of calls that real machines could produce can come
 * up, and the same dice produce it again.
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
      // Clocks tick whole milliseconds, whatever is asked of a timer.
      const readyAtMs = this.timeline.nowMs + Math.ceil(ms);
      this.#calls.push({ invocation, label: 'sleep', readyAtMs, perform: resolve });
    });
  }

  /** Until all of these are over. */
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

  /** One of the calls that are ready; when none is, time goes on to the first that will be. */
  #choose(dice: Dice): Call {
    let ready = this.#countReady();
    if (ready === 0) {
      const waiting = this.#calls.filter(({ invocation }) => invocation.state === 'running');
      const nextMs = Math.min(...waiting.map(({ readyAtMs }) => readyAtMs));
      if (!Number.isFinite(nextMs)) throw new Error('Every invocation waits for something that is no port call.');
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

/** Ticks come after all promises that are due: when it is ticked, everything that runs waits for a port again. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
