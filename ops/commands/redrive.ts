import * as z from 'zod';
import { timeArgument } from '../arguments';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { OperatorError, sentenceOf, UsageError } from '../errors';
import { verbOf } from '../function-verb';
import { blocks, fields, heading, table } from '../output/table';
import { redriveStoredEvents } from '../redrive/stored-events';
import { redriveStreamBatch } from '../redrive/stream-batch';
import { deleteFailedBatch, listFailedBatches, readFailedBatch, type FailedBatch } from '../stores/failed-batches';
import { listQueues, redriveQueue } from '../stores/queues';

interface Options {
  dryRun?: true;
  since?: number;
  until?: number;
}

/**
 * What arrived just now may still be on its way through the stream, and so may the mark of an item that was written over
 * a moment ago. The longest batching window is 5 minutes.
 */
const STREAM_MARGIN_MS = 15 * 60_000;

/** Does again what was given up. */
export const redrive: OpsCommand = (program, reporting) => {
  program
    .command('redrive')
    .description(
      'feed failed stream batches and dead letters in again; with --since, stored usage events through aggregation.\n' +
        'Harmless: what is done already is recognized, nothing is billed twice.',
    )
    .option('--dry-run', 'only tell what would be done')
    .option(
      '--since <time>',
      'usage events received from then on, after a stream was down for longer than its 24 h',
      timeArgument,
    )
    .option('--until <time>', 'with --since: only those received before (default: 15 minutes ago)', timeArgument)
    .addHelpText('after', examples('redrive --dry-run', 'redrive', 'redrive --since 2026-11-22T00:00:00Z --dry-run'))
    .action(
      reporting(async (ops, { dryRun, since, until }: Options) => {
        const pretend = dryRun === true;
        if (since !== undefined) return redriveSince({ sinceMs: since, until, dryRun: pretend }, ops);
        if (until !== undefined) throw new UsageError('--until goes with --since.');
        return redriveFailures(pretend, ops);
      }),
    );
};

async function redriveSince(
  { sinceMs, until, dryRun }: { sinceMs: number; until: number | undefined; dryRun: boolean },
  ops: Ops,
): Promise<Report> {
  const latestMs = ops.installation.clock.now() - STREAM_MARGIN_MS;
  const untilMs = until ?? latestMs;
  if (untilMs > latestMs)
    throw new UsageError('--until must be 15 minutes ago or earlier: what is newer is still on its way.');
  if (sinceMs >= untilMs) throw new UsageError('--since must be before --until, and more than 15 minutes ago.');
  const sums = await redriveStoredEvents({ sinceMs, untilMs, dryRun }, ops);
  const range = { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() };
  return {
    json: { dryRun, ...range, ...sums },
    text: blocks(
      fields({
        received: `${range.since} … ${range.until}`,
        'events in the table': sums.read,
        'in that time': sums.inRange,
        [dryRun ? 'would be fed in' : 'fed in']: sums.fed,
        'of them in no hour yet': sums.notInAnyHour,
        'skipped: overwritten': sums.skippedOverwritten,
        'skipped: set aside before': sums.skippedSetAside,
        failed: sums.failed,
      }),
      sums.failed > 0 ? 'Run it again: what failed is fed in again, the rest is recognized as done.' : undefined,
    ),
    exitCode: sums.failed > 0 ? 1 : 0,
  };
}

type Result = 'done' | 'failed' | 'unknownFunction' | 'unreadable' | 'toDo';

async function redriveFailures(dryRun: boolean, ops: Ops): Promise<Report> {
  const { installation, terminal } = ops;
  // A wrong one is said once, before anything is done.
  ops.configuration();
  const found = await listFailedBatches(installation);
  const progress = terminal.progress('Batches', found.length);
  const batches: Awaited<ReturnType<typeof redriveBatch>>[] = [];
  for (const batch of found) {
    batches.push(await redriveBatch(batch, { dryRun, ops }));
    progress.advance(1);
  }
  progress.stop();
  const queues: { name: string; messages: number; result: Result }[] = [];
  for (const { name, messages, arn, sourceArn } of await listQueues(installation)) {
    if (sourceArn === undefined || messages === 0) continue;
    if (!dryRun) await redriveQueue(installation, { arn, sourceArn });
    queues.push({ name, messages, result: dryRun ? 'toDo' : 'done' });
  }
  const isDone = batches.every(({ result }) => result === 'done' || result === 'toDo');
  return {
    json: { dryRun, batches, queues },
    text: blocks(
      heading('Failed stream batches'),
      table(
        ['object', 'function', 'records', 'result'],
        batches.map((each) => [each.key, each.function, each.records, each.result]),
      ),
      heading('Dead letters'),
      table(
        ['queue', 'messages', 'result'],
        queues.map(({ name, messages, result }) => [name, messages, result === 'done' ? 'moved back' : result]),
      ),
      isDone ? undefined : 'What is not done stays in the bucket. Mend the cause and run it again.',
    ),
    exitCode: isDone ? 0 : 1,
  };
}

/** An object whose batch is done is deleted: what it holds stands in the tables. */
async function redriveBatch(batch: FailedBatch, { dryRun, ops }: { dryRun: boolean; ops: Ops }) {
  const { installation, terminal } = ops;
  const told = (result: Result, known: { function?: string; records?: number } = {}) => ({
    key: batch.key,
    function: known.function,
    records: known.records,
    result,
  });
  try {
    const { functionName, records, event } = await readFailedBatch(installation, batch);
    const verb = verbOf(functionName, installation.functions);
    if (verb === undefined) return told('unknownFunction', { function: functionName, records });
    const known = { function: verb, records };
    if (dryRun) return told('toDo', known);
    if ((await redriveStreamBatch(verb, event, ops)) > 0) return told('failed', known);
    await deleteFailedBatch(installation, batch);
    return told('done', known);
  } catch (error) {
    const isUnreadable = error instanceof z.ZodError || error instanceof OperatorError;
    const sentence = error instanceof z.ZodError ? 'its payload is no batch of a stream' : sentenceOf(error);
    terminal.err(`${batch.key}: ${sentence}`);
    return told(isUnreadable ? 'unreadable' : 'failed');
  }
}
