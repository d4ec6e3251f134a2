import type { Ops } from '../../command';
import { factsSeen, type SeenFact } from './facts';
import { readSeen, type Followed } from './seen';
import { walkOf, type Step } from './walk';

/** The walk and the facts as they stand. */
export interface Progress {
  steps: Step[];
  facts: SeenFact[];
  isDone: boolean;
}

export async function progressOf(ops: Ops, followed: Followed): Promise<Progress> {
  const seen = await readSeen(ops, followed);
  const steps = walkOf(seen);
  return { steps, facts: factsSeen(seen), isDone: steps.every(({ state }) => state === 'done') };
}

export interface Following {
  look(): Promise<Progress>;
  /** Told of each step once, when it is the next one. */
  tell(step: Step): void;
  pause(): Promise<unknown>;
  /** How often it may look. */
  looks: number;
}

/** Looks until the walk is done or its patience ends. */
export async function follow({ look, tell, pause, looks }: Following): Promise<Progress> {
  let told: string | undefined;
  for (let left = looks; ; left -= 1) {
    const progress = await look();
    const next = progress.steps.find(({ state }) => state === 'next');
    if (next === undefined || left <= 1) return progress;
    if (next.step !== told) tell(next);
    told = next.step;
    await pause();
  }
}

/** The facts with how they are known. What the simulator says was played, which measures nothing about AWS. */
export function writtenFacts(
  { steps, facts, isDone }: Progress,
  { at, isPlayed, followed }: { at: string; isPlayed: boolean; followed: Followed },
) {
  const from = isPlayed ? 'the simulator' : `a Limited listing, ${at.slice(0, 10)}`;
  const known = isPlayed ? 'played' : 'measured';
  return {
    at,
    product: followed.product,
    isDone,
    facts: facts.map((each) => ({ ...each, known, from })),
    steps: steps.map(({ step, state, says }) => ({ step, state, says })),
  };
}
