import { timeArgument } from '../arguments';
import { listActs, type ListedAct } from '../audit/acts';
import { examples, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { blocks, extra, table } from '../output/table';
import { utcTime } from '../output/utc';
import { needs } from '../permissions';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Lists what operators changed, and why. */
export const audit: OpsCommand = (program, reporting) => {
  program
    .command('audit')
    .summary('list what operators changed: who, when, what and why')
    .description(
      'list what operators changed with these commands: who, when, what and why.\n' +
        'An entry without an outcome is still running, or was killed: it may have changed something.',
    )
    .option('--since <time>', `only changes since then (default: the last ${DEFAULT_DAYS} days)`, timeArgument)
    .addHelpText('after', needs())
    .addHelpText('after', examples('audit', 'audit --since 2026-11-01 --json'))
    .action(
      reporting(async ({ installation }, { since }: { since?: number }) => {
        const untilMs = installation.clock.now();
        const sinceMs = since ?? untilMs - DEFAULT_DAYS * DAY_MS;
        const acts: ListedAct[] = [];
        for await (const act of listActs(installation, { sinceMs, untilMs })) acts.push(act);
        return {
          json: { since: new Date(sinceMs).toISOString(), acts },
          text: blocks(
            `Since ${utcTime(sinceMs)} UTC: ${counted(acts.length, 'change')}.`,
            table(['when (UTC)', 'who', 'command', 'why', 'outcome', extra('ids')], acts.map(toRow)),
          ),
        };
      }),
    );
};

const toRow = ({ at, who, command, reason, ticket, outcome, error, ids }: ListedAct) => [
  utcTime(at),
  // The account and the partition are the same in every line.
  who.split(':').at(-1),
  command,
  [reason, ticket].filter((given) => given !== undefined).join(' '),
  [outcome ?? 'none', error].filter((given) => given !== undefined).join(' '),
  Object.entries(ids)
    .map(([name, id]) => `${name}=${id}`)
    .join(' '),
];
