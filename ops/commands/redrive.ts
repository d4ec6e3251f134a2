import * as z from 'zod';
import { timeArgument } from '../arguments';
import { audited } from '../audit/audited';
import { reasonOption, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { OperatorError, sentenceOf, UsageError } from '../errors';
import { verbOf } from '../function-verb';
import { blocks, extra, fields, heading, table } from '../output/table';
import { utcTime } from '../output/utc';
import { redriveStoredEvents } from '../redrive/stored-events';
import { redriveStreamBatch } from '../redrive/stream-batch';
import { deleteFailedBatch, listFailedBatches, readFailedBatch, type FailedBatch } from '../stores/failed-batches';
import { listQueues, redriveQueue } from '../stores/queues';
import { needs } from '../permissions';

interface Options extends Because {
  apply?: true;
  since?: number;
  until?: number;
}

/**
 * A recent event may still be in the stream, and so may the mark of an item that was just overwritten. The longest
 * batching window is 5 minutes.
 */
const STREAM_MARGIN_MS = 15 * 60_000;

const DRY_RUN = 'This was a dry run: nothing was changed. Add --apply to process them.';

/** Processes failed work again. */
export const redrive: OpsCommand = (program, reporting) => {
  program
    .command('redrive')
    .summary('process failed stream batches, dead letters or stored usage events again')
    .description(
      'process failed stream batches and dead letters again or, with --since, aggregate stored usage events again.\n' +
        'Safe to repeat: work that is done is recognized, and nothing is billed twice.\n' +
        'Without --apply nothing is changed.',
    )
    .option('--apply', 'process them')
    .option(
      '--since <time>',
      'usage events received since then; for an outage longer than the 24 h of a stream',
      timeArgument,
    )
    .option('--until <time>', 'with --since: only those received before then (default: 15 minutes ago)', timeArgument)
    .addOption(reasonOption())
    .addOption(ticketOption())
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('redrive', 'redrive --apply', 'redrive --since 2026-11-22T00:00:00Z --apply'))
    .action(
      reporting(async (ops, { apply, since, until, ...because }: Options) => {
        const dryRun = apply !== true;
        if (since === undefined && until !== undefined) throw new UsageError('Use --until only together with --since.');
        const ids = { since: isoTime(since), until: isoTime(until) };
        return audited(ops, { command: 'redrive', ids, because, apply }, () =>
          since === undefined ? redriveFailures(dryRun, ops) : redriveSince({ sinceMs: since, until, dryRun }, ops),
        );
      }),
    );
};

const isoTime = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

async function redriveSince(
  { sinceMs, until, dryRun }: { sinceMs: number; until: number | undefined; dryRun: boolean },
  ops: Ops,
): Promise<Report> {
  const latestMs = ops.installation.clock.now() - STREAM_MARGIN_MS;
  const untilMs = until ?? latestMs;
  if (untilMs > latestMs)
    throw new UsageError('Set --until to 15 minutes ago or earlier: newer events may still be in the stream.');
  if (sinceMs >= untilMs) throw new UsageError('Set --since to a time before --until and more than 15 minutes ago.');
  const sums = await redriveStoredEvents({ sinceMs, untilMs, dryRun }, ops);
  const range = { since: new Date(sinceMs).toISOString(), until: new Date(untilMs).toISOString() };
  return {
    json: { dryRun, ...range, ...sums },
    text: blocks(
      fields({
        'received (UTC)': `${utcTime(sinceMs)} … ${utcTime(untilMs)}`,
        'events in the table': sums.read,
        'in this range': sums.inRange,
        [dryRun ? 'would be redriven' : 'redriven']: sums.fed,
        'of these in no hour yet': sums.notInAnyHour,
        'skipped: overwritten': sums.skippedOverwritten,
        'skipped: already set aside': sums.skippedSetAside,
        failed: sums.failed,
      }),
      sums.failed > 0 ? 'Run this again to retry what failed. The rest is recognized as done.' : undefined,
      dryRun && sums.fed > 0 ? DRY_RUN : undefined,
    ),
    exitCode: sums.failed > 0 ? 1 : 0,
  };
}

type Result = 'done' | 'failed' | 'unknownFunction' | 'unreadable' | 'toDo';

async function redriveFailures(dryRun: boolean, ops: Ops): Promise<Report> {
  const { installation, terminal } = ops;
  // Reports a wrong configuration once, before anything is done.
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
        ['object', 'function', extra('records'), 'result'],
        batches.map((each) => [each.key, each.function, each.records, each.result]),
      ),
      heading('Dead letters'),
      table(
        ['queue', 'messages', 'result'],
        queues.map(({ name, messages, result }) => [name, messages, result === 'done' ? 'moved back' : result]),
      ),
      isDone ? undefined : 'Batches that are not done stay in the bucket. Fix the cause and run this again.',
      dryRun && batches.length + queues.length > 0 ? DRY_RUN : undefined,
    ),
    exitCode: isDone ? 0 : 1,
  };
}

/** Deletes the object once its batch is done, because the tables then hold its content. */
async function redriveBatch(batch: FailedBatch, { dryRun, ops }: { dryRun: boolean; ops: Ops }) {
  const { installation, terminal } = ops;
  const report = (result: Result, known: { function?: string; records?: number } = {}) => ({
    key: batch.key,
    function: known.function,
    records: known.records,
    result,
  });
  try {
    const { functionName, records, event } = await readFailedBatch(installation, batch);
    const verb = verbOf(functionName, installation.functions);
    if (verb === undefined) return report('unknownFunction', { function: functionName, records });
    const known = { function: verb, records };
    if (dryRun) return report('toDo', known);
    if ((await redriveStreamBatch(verb, event, ops)) > 0) return report('failed', known);
    await deleteFailedBatch(installation, batch);
    return report('done', known);
  } catch (error) {
    const isUnreadable = error instanceof z.ZodError || error instanceof OperatorError;
    const sentence = error instanceof z.ZodError ? 'its payload is not a stream batch' : sentenceOf(error);
    terminal.err(`${batch.key}: ${sentence}`);
    return report(isUnreadable ? 'unreadable' : 'failed');
  }
}
