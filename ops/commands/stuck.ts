import { wholeNumber } from '../output/whole-number';
import { examples, type OpsCommand } from '../command';
import { age } from '../output/age';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
import { findStuck } from '../stuck/find-stuck';
import { needs } from '../permissions';

/** Lists work that should have finished by now. */
export const stuck: OpsCommand = (program, reporting) => {
  program
    .command('stuck')
    .description('list overdue hours, dead letters, failed stream batches and overdue endings')
    .option('--older-than <minutes>', 'overdue by more than this, after the grace', wholeNumber(1, 100_000), 30)
    .addHelpText('after', needs())
    .addHelpText('after', examples('stuck', 'stuck --older-than 120 --json'))
    .action(
      reporting(async (ops, { olderThan }: { olderThan: number }) => {
        const { hours, queues, deadLetters, batches, endings, isStuck } = await findStuck(ops, olderThan);
        return {
          json: { hours, queues, failedBatches: batches, endings },
          text: blocks(
            isStuck
              ? `These are stuck: ${counted(hours.length, 'hour')}, ${counted(deadLetters.length, 'dead-letter queue')}, ` +
                  `${counted(batches.length, 'stream batch', 'stream batches')}, ${counted(endings.length, 'ending')}. ` +
                  'See docs/runbook.md for what to do; `redrive` shows what can be redriven.'
              : 'Nothing is stuck.',
            heading('Hours'),
            table(
              ['subscription', 'hour (UTC)', 'dimension', extra('state'), extra('overdue'), 'reason'],
              hours.map((each) => [
                each.subscriptionId,
                each.hour,
                each.dimension,
                each.state,
                age(each.overdueSeconds * 1000),
                each.reason,
              ]),
            ),
            heading('Queues'),
            table(
              ['queue', 'messages', extra('in flight'), extra('kind')],
              queues.map(({ name, messages, inFlight, sourceArn }) => [
                name,
                messages,
                inFlight,
                sourceArn ? 'dead-letter queue' : 'consumed by a function',
              ]),
            ),
            heading('Failed stream batches'),
            table(
              ['object', 'function', extra('records'), extra('age')],
              batches.map((each) => [each.key, each.function, each.records, age(each.ageSeconds * 1000)]),
            ),
            heading('Overdue endings'),
            table(
              ['subscription'],
              endings.map((id) => [id]),
            ),
          ),
          exitCode: isStuck ? 1 : 0,
        };
      }),
    );
};
