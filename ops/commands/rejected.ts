import { timeArgument } from '../arguments';
import { examples, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
import { utcTime } from '../output/utc';
import { findUnbilled } from '../unbilled/find-unbilled';
import { needs } from '../permissions';

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

interface Options {
  since?: number;
  scan?: true;
}

/** Lists usage that will not be billed, and items that are not valid usage. */
export const rejected: OpsCommand = (program, reporting) => {
  program
    .command('rejected')
    .description('list rejected, expired and unconfirmed hours and set-aside events, of all subscriptions')
    .option('--since <time>', `only hours and events since then (default: the last ${DEFAULT_DAYS} days)`, timeArgument)
    .option('--scan', 'read the whole table: slow, but also finds items of unknown subscriptions')
    .addHelpText('after', needs())
    .addHelpText('after', examples('rejected', 'rejected --since 2026-11-01 --json'))
    .action(
      reporting(async ({ installation, terminal }, { since, scan }: Options) => {
        const sinceMs = since ?? installation.clock.now() - DEFAULT_DAYS * DAY_MS;
        const { losses, marks } = await findUnbilled({ installation, terminal }, { sinceMs, scan: scan === true });
        return {
          json: { since: new Date(sinceMs).toISOString(), hours: losses, events: marks },
          text: blocks(
            `Since ${utcTime(sinceMs)} UTC: ${counted(losses.length, 'hour')} ended unbilled, and ` +
              `${counted(marks.length, 'event')} ${marks.length === 1 ? 'was' : 'were'} set aside or overwritten.`,
            heading('Hours that ended unbilled'),
            table(
              ['subscription', 'hour (UTC)', 'dimension', extra('state'), 'units', 'reason'],
              losses.map((each) => [
                each.subscriptionId,
                each.hour,
                each.dimension,
                each.state,
                each.units,
                each.lastReason ?? each.lastAnswer,
              ]),
            ),
            heading('Events that were set aside or overwritten'),
            table(
              ['subscription', 'event', extra('kind'), 'reason', extra('message')],
              marks.map((mark) => [mark.subscriptionId, mark.usageEventPk, mark.kind, mark.reason, mark.message]),
            ),
          ),
          exitCode: losses.length + marks.length > 0 ? 1 : 0,
        };
      }),
    );
};
