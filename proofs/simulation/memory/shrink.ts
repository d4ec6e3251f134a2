import { FAULTS_OF, type FaultName } from '../driver/faults';
import { planOf } from './memory-plan';
import { settingsOf, type SimulationOptions } from './memory-settings';
import type { SimulationResult } from './simulate';

export interface Shrunk {
  options: SimulationOptions;
  result: SimulationResult;
  /** How many shorter histories were tried. */
  tries: number;
}

export interface ShrinkDeps {
  run(options: SimulationOptions): Promise<SimulationResult>;
  now(): number;
  deadlineMs: number;
}

/**
 * Looks for a shorter history that breaks the same promise. It leaves out each kind of fault, then steps in ever
 * smaller pieces, until nothing more can be left out or its time is up.
 */
export async function shrink(failing: SimulationOptions, { run, deadlineMs, now }: ShrinkDeps): Promise<Shrunk> {
  let options = failing;
  let result = await run(options);
  let tries = 0;
  const { violation } = result;
  if (violation === undefined) throw new Error(`Seed ${failing.seed} breaks no promise.`);
  const attempt = async (candidate: SimulationOptions): Promise<boolean> => {
    tries += 1;
    const shorter = await run(candidate);
    if (shorter.violation?.invariant !== violation.invariant) return false;
    [options, result] = [candidate, shorter];
    return true;
  };
  for (const fault of FAULTS_OF.memory.filter((name) => result.counts[name] !== undefined)) {
    if (now() >= deadlineMs) break;
    const withoutFaults: ReadonlySet<FaultName> = new Set([...(options.withoutFaults ?? []), fault]);
    await attempt({ ...options, withoutFaults });
  }
  const all = planOf(failing, settingsOf(failing)).map(({ index }) => index);
  let kept = all;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < kept.length && now() < deadlineMs;) {
      const candidate = kept.filter((_, position) => position < start || position >= start + size);
      const withoutSteps = new Set(all.filter((index) => !candidate.includes(index)));
      if (await attempt({ ...options, withoutSteps })) kept = candidate;
      else start += size;
    }
  }
  return { options, result, tries };
}
