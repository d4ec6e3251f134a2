import { scopeName, DynamoDbHoldStore } from '../../lambdas/shared/stores/holds';
import { audited } from '../audit/audited';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { OperatorError } from '../errors';
import {
  decisionOf,
  scopeOf,
  withDecision,
  withScope,
  type DecisionOptions,
  type ScopeOptions,
} from '../hold/decision';
import { counted } from '../output/counted';
import { blocks, extra, heading, table } from '../output/table';
import { utcTime } from '../output/utc';
import { findSubscription } from '../subscriptions/known-subscription';
import { needs } from '../permissions';
import { databaseOf } from '../stores/ledger-stores';

type Options = ScopeOptions & DecisionOptions & { list?: true; apply?: true };

/** The newest decisions that the terminal shows; `--json` has all of them. */
const SHOWN_DECISIONS = 20;

/** Holds usage back before AWS is told of it. */
export const hold: OpsCommand = (program, reporting) => {
  const command = program
    .command('hold')
    .summary('hold usage back before AWS is told of it; list what is held')
    .description(
      'hold back the usage of a product or a subscription, or of one dimension of it. Within a minute no hour of it is\n' +
        'sent for the first time, until `release`. An hour that AWS has been told of goes on.\n' +
        'Without --apply nothing is stored.',
    )
    .option('--list', 'show what is on hold, and who decided what');
  withDecision(withScope(command))
    .option('--apply', 'hold it back')
    .addHelpText('after', needs({ Change: 'with --apply' }))
    .addHelpText('after', examples('hold --list', 'hold --product PRODUCT --reason wrongQuantity --apply'))
    .action(reporting((ops, options: Options) => (options.list ? list(ops) : holdBack(ops, options))));
};

async function holdBack(ops: Ops, options: Options): Promise<Report> {
  const { installation } = ops;
  const scope = scopeOf(options, ops);
  const decision = decisionOf(options, installation.clock);
  if (scope.of === 'subscription') await findSubscription(installation, scope.id);
  const name = scopeName(scope);
  const { apply } = options;
  return audited(ops, { command: 'hold', ids: { scope: name }, because: options, apply }, async () => {
    const held = apply ? await new DynamoDbHoldStore(databaseOf(installation)).hold({ ...scope, ...decision }) : true;
    if (!held) throw new OperatorError(`${name} is on hold already: \`hold --list\` says who decided it.`);
    return {
      json: { applied: apply === true, scope: name, ...decision },
      text: blocks(
        apply
          ? `${name} is on hold. Its hours wait until \`release\`, or until they can wait no longer.`
          : `This was a dry run: nothing was stored. Add --apply to hold ${name} back.`,
      ),
    };
  });
}

async function list({ installation }: Ops): Promise<Report> {
  const store = new DynamoDbHoldStore(databaseOf(installation));
  const [holds, log] = [await store.list(), await store.log()];
  const shown = log.map(({ atMs, ...decision }) => ({ at: new Date(atMs).toISOString(), ...decision }));
  return {
    json: {
      holds: holds.map((each) => ({ scope: scopeName(each), by: each.by, reason: each.reason })),
      decisions: shown,
    },
    text: blocks(
      holds.length === 0 ? 'Nothing is on hold.' : `${counted(holds.length, 'hold')} in force.`,
      heading('On hold'),
      table(
        ['scope', 'since (UTC)', 'by', 'reason', extra('ticket')],
        holds.map((each) => [scopeName(each), utcTime(each.atMs), each.by, each.reason, each.ticket]),
      ),
      heading('Decisions, the newest first'),
      table(
        ['at (UTC)', 'done', 'scope', 'by', extra('reason'), extra('ticket'), extra('quantity')],
        log
          .slice(0, SHOWN_DECISIONS)
          .map((each) => [utcTime(each.atMs), each.done, each.scope, each.by, each.reason, each.ticket, each.quantity]),
      ),
    ),
  };
}
