import { readFileSync } from 'node:fs';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { UsageError } from '../errors';
import { MappingFileError, parseMappingFile, type Mapping } from '../moving/mapping-file';
import { moveCustomers, MOVE_REFUSALS, type MovedCustomer } from '../moving/move-customers';
import { blocks, fields, heading, table } from '../output/table';
import { databaseOf } from '../stores/ledger-stores';

type Refused = Extract<MovedCustomer, { outcome: 'refused' }>;
type Moving = Exclude<MovedCustomer, Refused>;

/** Customers of older products to their licences: docs/moving.md. */
export const move: OpsCommand = (program, reporting) => {
  program
    .command('move')
    .description(
      'move customers of older products to their licences, by a CSV file. Without --apply nothing is stored.\n' +
        'Columns: customerIdentifier, customerAWSAccountId, licenseArn and, where a customer has several older\n' +
        'products, productCode. A move is for good and begins with the second full hour. See docs/moving.md.',
    )
    .argument('<file>', 'the CSV file; its first line names the columns')
    .option('--apply', 'move them')
    .addHelpText('after', examples('move mapping.csv', 'move mapping.csv --apply'))
    .action(
      reporting(async (ops, file: string, { apply }: { apply?: true }) => {
        const applied = apply === true;
        return toReport(file, applied, await run(readMappings(file), applied, ops));
      }),
    );
};

function readMappings(file: string): Mapping[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`The file ${file} cannot be read.`, { cause });
  }
  try {
    return parseMappingFile(text);
  } catch (cause) {
    if (!(cause instanceof MappingFileError)) throw cause;
    throw new UsageError(`Nothing of ${file} was used. Mend it and try again:\n${cause.message}`, { cause });
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
  const news = moving.filter(({ outcome }) => outcome !== 'alreadyMoved');
  const shown = outcomes.map(({ mapping: { line, customerIdentifier, license }, ...outcome }) => ({
    line,
    customerIdentifier,
    licenseId: license.licenseId,
    ...outcome,
  }));
  const counts = { refused: refused.length, 'moved before': moving.length - news.length };
  return {
    json: { file, applied, customers: shown },
    text: blocks(
      fields({ [applied ? 'moved' : 'would move']: news.length, ...counts }),
      heading('By licence'),
      table(['line', 'customer', 'subscription', 'licence', 'by licence from', ''], moving.map(movingRow)),
      refused.length > 0 ? heading('Refused') : undefined,
      refused.length > 0 ? table(['line', 'customer', 'reason', ''], refused.map(refusedRow)) : undefined,
      applied || news.length === 0 ? undefined : 'Nothing was stored: this was a dry run. Add --apply.',
    ),
    exitCode: refused.length > 0 ? 1 : 0,
  };
}

const OUTCOMES: Record<Moving['outcome'], string> = {
  moves: 'would move',
  moved: 'moved',
  alreadyMoved: 'moved before',
};

const movingRow = ({ mapping, subscriptionId, licenseFrom, outcome }: Moving) => [
  mapping.line,
  mapping.customerIdentifier,
  subscriptionId,
  mapping.license.licenseId,
  `${licenseFrom}:00Z`,
  OUTCOMES[outcome],
];

const refusedRow = ({ mapping, reason }: Refused) => [
  mapping.line,
  mapping.customerIdentifier,
  reason,
  MOVE_REFUSALS[reason],
];
