import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ops, Report } from '../../command';
import pc from '../../output/colours';
import { blocks, fields, heading, painted, section, table } from '../../output/table';
import { follow, progressOf, writtenFacts, type Progress } from './follow';
import type { Followed } from './seen';

export interface LimitedOptions extends Followed {
  /** How many minutes it waits for the next steps. */
  wait: number;
  /** Gets the facts as JSON. */
  write?: string;
}

const PAUSE_MS = 5000;

/** Follows one purchase on a Limited listing, and says what to do next. */
export async function limitedReport(ops: Ops, { wait, write, ...followed }: LimitedOptions): Promise<Report> {
  const { installation, terminal } = ops;
  const progress = await follow({
    look: () => progressOf(ops, followed),
    tell: ({ todo }) => terminal.hint(todo),
    pause: () => sleep(PAUSE_MS),
    looks: 1 + (wait * 60_000) / PAUSE_MS,
  });
  const at = new Date(installation.clock.now()).toISOString();
  const written = writtenFacts(progress, { at, isPlayed: installation.local !== undefined, followed });
  if (write !== undefined) writeFileSync(write, `${JSON.stringify(written, undefined, 2)}\n`);
  return { json: written, text: textOf(progress, written.facts), exitCode: progress.isDone ? 0 : 1 };
}

const SHOWN = { done: painted('done', pc.green), next: painted('next', pc.yellow), later: painted('later', pc.dim) };

function textOf({ steps, isDone }: Progress, facts: ReturnType<typeof writtenFacts>['facts']) {
  const next = steps.find(({ state }) => state === 'next');
  return blocks(
    isDone
      ? 'The walk is done.'
      : `${steps.filter(({ state }) => state === 'done').length} of ${steps.length} steps are done.`,
    table(
      ['step', 'state', 'seen'],
      steps.map(({ step, state, says }) => [step, SHOWN[state], says]),
    ),
    next && heading('Next'),
    next && fields({ step: next.step, do: next.todo }),
    section(
      heading('What AWS really does'),
      ['fact', 'seen', 'known', 'agrees'],
      facts.map(({ fact, measured, known, agrees }) => [
        fact,
        measured,
        known,
        agrees === undefined ? undefined : agrees ? 'yes' : 'NO',
      ]),
    ),
  );
}
