import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { createDependencies } from '../../lambdas/record-usage/dependencies';
import { examples, type Ops, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { operatorPorts } from '../function-ports';
import { readRows } from '../import/csv-rows';
import { UsageImport, type ImportSummary } from '../import/import-usage';
import { toCsv } from '../output/csv';
import { blocks, fields, heading, table } from '../output/table';
import { UnwrittenUsageEvents } from '../stores/unwritten-usage-events';

interface Options {
  apply?: true;
  report?: string;
}

const SHOWN_REFUSALS = 20;

/** Usage from a file, by the rules and the code of `POST /usage`. */
export const importUsage: OpsCommand = (program, reporting) => {
  program
    .command('import')
    .description(
      'report usage from a CSV file, checked like POST /usage. Without --apply nothing is stored.\n' +
        'Columns: id, subscriptionId, dimension, quantity, time, and as you need them source and tag:<key>.\n' +
        'An id that is stored already is a duplicate, so a file may be imported again.',
    )
    .argument('<file>', 'the CSV file; its first line names the columns')
    .option('--apply', 'store the events')
    .option('--report <file>', 'write the refused rows, with line numbers, to this CSV file')
    .addHelpText('after', examples('import usage.csv', 'import usage.csv --apply --report refused.csv'))
    .action(
      reporting(async (ops, file: string, { apply, report }: Options) => {
        const applied = apply === true;
        const summary = await run(file, applied, ops);
        if (report !== undefined) writeFileSync(report, toCsv(['line', 'id', 'reason', 'message'], refusals(summary)));
        return {
          json: { file, applied, ...summary },
          text: toText(summary, { applied, report }),
          exitCode: summary.rejected + summary.retry > 0 ? 1 : 0,
        };
      }),
    );
};

async function run(file: string, applied: boolean, ops: Ops): Promise<ImportSummary> {
  const { installation, terminal } = ops;
  const { dynamoDb: client, tables } = installation;
  const deps = createDependencies(operatorPorts(ops), { tables, configuration: ops.configuration() });
  const unwritten = new UnwrittenUsageEvents({ client, tableName: tables.usageEvents });
  const imported = new UsageImport(applied ? deps : { ...deps, usageEvents: unwritten });
  const progress = terminal.progress(applied ? 'Rows' : 'Rows (dry run)', rowsIn(file));
  try {
    const rows = readRows(createReadStream(file), (broken) => imported.broken(broken));
    await imported.take(rows, (count) => progress.advance(count));
  } finally {
    progress.stop();
  }
  return imported.summary();
}

/** About so many, by the size: the bar needs an idea before the file has been read. */
function rowsIn(file: string): number {
  const ROW_BYTES = 90;
  try {
    return Math.ceil(statSync(file).size / ROW_BYTES);
  } catch (cause) {
    throw new UsageError(`The file ${file} cannot be read.`, { cause });
  }
}

const refusals = ({ refused }: ImportSummary) =>
  refused.map(({ line, id, reason, message }) => [line, id, reason, message]);

function toText(summary: ImportSummary, { applied, report }: { applied: boolean; report: string | undefined }): string {
  const { rows, accepted, duplicate, retry, rejected, totals, refused } = summary;
  const hidden = refused.length - SHOWN_REFUSALS;
  return blocks(
    fields({ rows, [applied ? 'stored' : 'would be stored']: accepted, duplicate, retry, refused: rejected }),
    heading(applied ? 'Stored' : 'Would be stored'),
    table(
      ['subscription', 'dimension', 'events', 'quantity'],
      totals.map((total) => [total.subscriptionId, total.dimension, total.events, total.quantity]),
    ),
    refused.length > 0 ? heading('Refused') : undefined,
    refused.length > 0
      ? table(['line', 'id', 'reason', 'message'], refusals(summary).slice(0, SHOWN_REFUSALS))
      : undefined,
    hidden > 0 && report === undefined ? `… and ${hidden} more: add --report FILE.` : undefined,
    retry > 0 ? 'Some could not be stored just now: import the file again.' : undefined,
    applied || accepted === 0 ? undefined : 'Nothing was stored: this was a dry run. Add --apply.',
  );
}
