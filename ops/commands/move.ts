import { readFileSync } from 'node:fs';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { audited, digestOf } from '../audit/audited';
import { reasonOption, required, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { UsageError } from '../errors';
import { MappingFileError, parseMappingFile, type Mapping } from '../moving/mapping-file';
import { moveCustomers, MOVE_REFUSALS, type MovedCustomer } from '../moving/move-customers';
import { blocks, extra, fields, heading, section, table } from '../output/table';
import { databaseOf } from '../stores/ledger-stores';
import { needs } from '../permissions';

type Refused = Extract<MovedCustomer, { outcome: 'refused' }>;
type Moving = Exclude<MovedCustomer, Refused>;

/** Moves customers of older products to their licences. See docs/moving.md. */
export const move: OpsCommand = (program, reporting) => {
  program
    .command('move')
    .summary('move customers of older products to their licences, listed in a CSV file')
    .description(
      'move customers of older products to their licences, listed in a CSV file.\n' +
        'Columns: customerIdentifier, customerAWSAccountId, licenseArn and, for customers with several older ' +
        'products, productCode.\n' +
        'A move takes effect with the second full hour and cannot be undone. See docs/moving.md.\n' +
        'Without --apply nothing is stored.',
    )
    .argument('<file>', 'the CSV file, with a header line')
    .addOption(reasonOption('withApply'))
    .addOption(ticketOption('withApply'))
    .option('--apply', 'move the customers')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('move mapping.csv', 'move mapping.csv --reason new-listing --ticket C-1 --apply'))
    .action(
      reporting(async (ops, file: string, { apply, ...because }: Because & { apply?: true }) => {
        const applied = apply === true;
        if (applied) required(because);
        const mappings = readMappings(file);
        const ids = { file: await digestOf(file) };
        return audited(ops, { command: 'move', ids, because, apply }, async () =>
          toReport(file, applied, await run(mappings, applied, ops)),
        );
      }),
    );
};

function readMappings(file: string): Mapping[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`The file ${file} cannot be read. Check its path and permissions.`, { cause });
  }
  try {
    return parseMappingFile(text);
  } catch (cause) {
    if (!(cause instanceof MappingFileError)) throw cause;
    throw new UsageError(`No customer was moved. Correct ${file} and try again:\n${cause.message}`, { cause });
  }
}

async function run(mappings: readonly Mapping[], apply: boolean, ops: Ops): Promise<MovedCustomer[]> {
  const { installation, terminal } = ops;
  const database = databaseOf(installation);
  const deps = {
    products: ops.configuration().products,
    subscriptions: new DynamoDbSubscriptions(database),
    usage: new DynamoDbSubscriptionUsageReader(database),
    clock: installation.clock,
  };
  const outcomes: MovedCustomer[] = [];
  const progress = terminal.progress(apply ? 'Customers' : 'Customers (dry run)', mappings.length);
  try {
    for await (const outcome of moveCustomers(mappings, { apply }, deps)) {
      outcomes.push(outcome);
      progress.advance(1);
    }
  } finally {
    progress.stop();
  }
  return outcomes;
}

function toReport(file: string, applied: boolean, outcomes: readonly MovedCustomer[]): Report {
  const refused = outcomes.filter((each) => each.outcome === 'refused');
  const moving = outcomes.filter((each) => each.outcome !== 'refused');
  const fresh = moving.filter(({ outcome }) => outcome !== 'alreadyMoved');
  const shown = outcomes.map(({ mapping: { line, customerIdentifier, license }, ...outcome }) => ({
    line,
    customerIdentifier,
    licenseId: license.licenseId,
    ...outcome,
  }));
  const counts = { refused: refused.length, 'already moved': moving.length - fresh.length };
  return {
    json: { file, applied, customers: shown },
    text: blocks(
      fields({ [applied ? 'moved' : 'would move']: fresh.length, ...counts }),
      heading('Moves'),
      table(
        ['line', 'customer', extra('subscription'), extra('licence'), 'takes effect (UTC)', 'outcome'],
        moving.map(movingRow),
      ),
      section(heading('Refused'), ['line', 'customer', 'reason', extra('meaning')], refused.map(refusedRow)),
      applied || fresh.length === 0
        ? undefined
        : 'This was a dry run: nothing was stored. Add --apply to move the customers.',
    ),
    exitCode: refused.length > 0 ? 1 : 0,
  };
}

const OUTCOMES: Record<Moving['outcome'], string> = {
  moves: 'would move',
  moved: 'moved',
  alreadyMoved: 'already moved',
};

const movingRow = ({ mapping, subscriptionId, licenseFrom, outcome }: Moving) => [
  mapping.line,
  mapping.customerIdentifier,
  subscriptionId,
  mapping.license.licenseId,
  `${licenseFrom}:00`,
  OUTCOMES[outcome],
];

const refusedRow = ({ mapping, reason }: Refused) => [
  mapping.line,
  mapping.customerIdentifier,
  reason,
  MOVE_REFUSALS[reason],
];
