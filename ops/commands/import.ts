import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { createDependencies } from '../../lambdas/record-usage/dependencies';
import { audited, digestOf } from '../audit/audited';
import { reasonOption, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { operatorPorts } from '../function-ports';
import { readRows } from '../import/csv-rows';
import { UsageImport, type ImportSummary } from '../import/import-usage';
import { toCsv } from '../output/csv';
import { counted } from '../output/counted';
import { blocks, extra, fields, heading, section, table, type Shown } from '../output/table';
import { UnwrittenUsageEvents } from '../stores/unwritten-usage-events';
import { needs } from '../permissions';

interface Options extends Because {
  apply?: true;
  report?: string;
}

const SHOWN_REFUSALS = 20;

/** Imports usage from a file with the rules and the code of `POST /usage`. */
export const importUsage: OpsCommand = (program, reporting) => {
  program
    .command('import')
    .summary('report usage from a CSV file')
    .description(
      'report usage from a CSV file, checked like POST /usage.\n' +
        'Columns: id, subscriptionId, dimension, quantity, time and, if needed, source and tag:<key>.\n' +
        'An id that is already stored is a duplicate, so a file can be imported again.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('<file>', 'the CSV file, with a header line')
    .option('--apply', 'store the events')
    .addOption(reasonOption())
    .addOption(ticketOption())
    .option('--report <file>', 'write refused rows, with line numbers, to this CSV file')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('import usage.csv', 'import usage.csv --apply --report refused.csv'))
    .action(
      reporting(async (ops, file: string, { apply, report, ...because }: Options) => {
        const ids = { file: apply && (await digestOf(file)) };
        return audited(ops, { command: 'import', ids, because, apply }, async () => {
          const applied = apply === true;
          const summary = await run(file, applied, ops);
          if (report !== undefined)
            writeFileSync(report, toCsv(['line', 'id', 'reason', 'message'], refusals(summary)));
          return {
            json: { file, applied, ...summary },
            text: toText(summary, { applied, report }),
            exitCode: summary.rejected + summary.retry + summary.contentDiffers > 0 ? 1 : 0,
          };
        });
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

/** An estimate by the file's size, because the progress bar needs a total before the file is read. */
function rowsIn(file: string): number {
  const ROW_BYTES = 90;
  try {
    return Math.ceil(statSync(file).size / ROW_BYTES);
  } catch (cause) {
    throw new UsageError(`The file ${file} cannot be read. Check its path and permissions.`, { cause });
  }
}

const refusals = ({ refused }: ImportSummary) =>
  refused.map(({ line, id, reason, message }) => [line, id, reason, message]);

function toText(summary: ImportSummary, { applied, report }: { applied: boolean; report: string | undefined }): Shown {
  const { rows, accepted, duplicate, contentDiffers, retry, rejected, totals, refused } = summary;
  const hidden = refused.length - SHOWN_REFUSALS;
  return blocks(
    `${counted(accepted, 'event')} of ${counted(rows, 'row')} ${applied ? 'stored' : 'would be stored'}.`,
    fields({
      rows,
      [applied ? 'stored' : 'would be stored']: accepted,
      duplicate,
      'of these with other content': contentDiffers,
      retry,
      refused: rejected,
    }),
    heading(applied ? 'Stored' : 'Would be stored'),
    table(
      ['subscription', 'dimension', 'events', 'quantity'],
      totals.map((total) => [total.subscriptionId, total.dimension, total.events, total.quantity]),
    ),
    section(heading('Refused'), ['line', 'id', 'reason', extra('message')], refusals(summary).slice(0, SHOWN_REFUSALS)),
    hidden > 0 && report === undefined ? `… and ${hidden} more. Add --report FILE to get all of them.` : undefined,
    contentDiffers > 0
      ? 'Some ids are stored with another quantity, dimension or tags. The stored events are billed, not these rows: give ' +
          'the rows new ids if they are other usage.'
      : undefined,
    retry > 0 ? 'Some rows could not be stored. Import the file again.' : undefined,
    applied || accepted === 0 ? undefined : 'This was a dry run: nothing was stored. Add --apply to store the events.',
  );
}
