import fc from 'fast-check';
import { BrokenPromise, promise, promiseCleanPrototypes } from './promises';
import { Surroundings, type SurroundingsDesign } from './surroundings';

/** The result of an entrance's cases. */
export interface EntranceReport {
  name: string;
  cases: number;
  /** How often each answer was given. */
  answers: Map<string, number>;
  /** CPU time of the slowest case. */
  slowestMs: number;
  /** The shrunk case that broke a promise, and the promise. */
  counterexample?: string;
}

interface EntranceRun {
  cases: number;
  seed: number;
  onCase?: () => void;
}

export interface Entrance {
  name: string;
  run(options: EntranceRun): Promise<EntranceReport>;
}

interface EntranceDesign<Case> extends SurroundingsDesign {
  name: string;
  cases: fc.Arbitrary<Case & { failing: boolean }>;
  /** Runs one case, and throws if a promise is broken. @returns the answers, as words for the table. */
  take(hostile: Case, surroundings: Surroundings): Promise<string | readonly string[]>;
}

/** In one of twenty cases, the stores are down. */
export const failing = fc.nat({ max: 20 }).map((n) => n === 0);

/** No input may keep a function busy for longer. */
const CASE_MAX_MS = 1000;
const COUNTEREXAMPLE_LENGTH = 6_000;

/** An input of a function: everything that others may send to it, and the promises that hold for each case. */
export function anEntrance<Case>({ name, cases, take, ...design }: EntranceDesign<Case>): Entrance {
  const takeQuietly = async (hostile: Case & { failing: boolean }) => {
    const surroundings = new Surroundings(design, hostile.failing);
    const answers = await take(hostile, surroundings);
    surroundings.promiseQuiet();
    return answers;
  };
  return {
    name,
    async run({ cases: numRuns, seed, onCase }) {
      const answers = new Map<string, number>();
      let [taken, slowestMs] = [0, 0];
      let tooSlow = false;
      const property = fc.asyncProperty(cases, async (hostile) => {
        // Shrinking a slow case would run it a thousand times.
        if (tooSlow) return;
        const { given, ms } = await timed(() => takeQuietly(hostile));
        for (const answer of [given].flat()) answers.set(answer, (answers.get(answer) ?? 0) + 1);
        // Garbage collection of earlier cases takes time, too: a case is slow only when it is slow twice.
        const quickestMs = ms <= CASE_MAX_MS ? ms : Math.min(ms, (await timed(() => takeQuietly(hostile))).ms);
        [taken, slowestMs] = [taken + 1, Math.max(slowestMs, quickestMs)];
        onCase?.();
        tooSlow = quickestMs > CASE_MAX_MS;
        promise(!tooSlow, `the case took ${Math.round(quickestMs)} ms`);
        promiseCleanPrototypes();
      });
      const details = await withoutUnhandledRejections(() => fc.check(property, { numRuns, seed }));
      const counterexample = details.failed ? described(details) : undefined;
      return { name, cases: taken, answers, slowestMs, counterexample };
    },
  };
}

/** Measures CPU time, not wall-clock time, because other tests run at the same time. */
async function timed<Answer>(take: () => Promise<Answer>): Promise<{ given: Answer; ms: number }> {
  const startedAt = process.cpuUsage();
  const given = await take();
  const { user, system } = process.cpuUsage(startedAt);
  const ms = (user + system) / 1000;
  // A rejected promise that nobody awaits has been reported by now.
  await new Promise((resolve) => setImmediate(resolve));
  if (unhandled.length > 0) throw new BrokenPromise(`a rejection was not handled: ${String(unhandled.splice(0)[0])}`);
  return { given, ms };
}

const unhandled: unknown[] = [];

async function withoutUnhandledRejections<Result>(work: () => Promise<Result>): Promise<Result> {
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    return await work();
  } finally {
    process.off('unhandledRejection', note);
  }
}

function described<Ts>({ seed, counterexamplePath, counterexample, errorInstance }: fc.RunDetails<Ts>): string {
  const error = errorInstance instanceof BrokenPromise ? errorInstance.message : stackOf(errorInstance);
  const shown = fc.stringify(counterexample);
  const cut =
    shown.length > COUNTEREXAMPLE_LENGTH ? `${shown.slice(0, COUNTEREXAMPLE_LENGTH)} … (${shown.length})` : shown;
  return `broken: ${error}\nseed ${seed}, path ${counterexamplePath}\n${cut}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
