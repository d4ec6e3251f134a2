import { subscriptionIdArgument } from '../arguments';
import { audited } from '../audit/audited';
import { reasonOption, required, ticketOption, type Because } from '../audit/because';
import { examples, type Ops, type OpsCommand, type Report } from '../command';
import { eraseAgain, eraseSubscription, type Traces } from '../erasure/erase';
import { eraseExpired } from '../erasure/expired-contacts';
import { OperatorError, UsageError } from '../errors';
import { blocks, extra, table } from '../output/table';
import { utcTime } from '../output/utc';
import { findSubscription } from '../subscriptions/known-subscription';
import { needs } from '../permissions';

interface Options extends Because {
  again?: true;
  expired?: true;
  apply?: true;
}

/** Deletes the personal data of buyers. The ledger, which has none, stays whole. */
export const erase: OpsCommand = (program, reporting) => {
  program
    .command('erase')
    .summary("delete a buyer's contact, sessions and one-time codes")
    .description(
      "delete a buyer's contact, sessions and one-time codes. Hours, records and notices have no personal data and stay.\n" +
        'It leaves a marker with the time. After a restore of the Registrations table, --again deletes what came back of\n' +
        'every subscription that has a marker. A buyer who registers again later is not affected.\n' +
        'With contactRetentionDays in the configuration, --expired deletes the contacts whose time is over and that have no\n' +
        'time to live, because their subscriptions ended before it was configured.\n' +
        'Backups keep what is deleted until they expire: point-in-time recovery for 35 days.\n' +
        'Without --apply nothing is deleted.',
    )
    .argument('[subscription]', 'subscription id', subscriptionIdArgument)
    .option('--again', 'apply all erasures again, after a restore of the Registrations table')
    .option('--expired', 'delete the contacts that are older than contactRetentionDays allows')
    .addOption(reasonOption('withApply'))
    .addOption(ticketOption('withApply'))
    .option('--apply', 'delete them')
    .addHelpText('after', needs({ PersonalData: 'always' }))
    .addHelpText(
      'after',
      examples(
        'erase s-…',
        'erase s-… --reason buyers-request --ticket C-1 --apply',
        'erase --again',
        'erase --expired',
      ),
    )
    .action(
      reporting(async (ops, subscriptionId: string | undefined, { again, expired, apply, ...because }: Options) => {
        if ([subscriptionId, again, expired].filter((given) => given !== undefined).length !== 1)
          throw new UsageError('Give either a subscription id, --again or --expired.');
        if (apply) required(because);
        const erasing = await erasureOf(ops, { subscriptionId, again, expired });
        return audited(ops, { command: erasing.command, ids: { subscriptionId }, because, apply }, async () => {
          const applied = apply === true;
          return toReport(await erasing.run(applied), applied);
        });
      }),
    );
};

interface Erasure {
  /** As the audit names it. */
  command: string;
  run(apply: boolean): Promise<Traces>;
}

/** @throws before the audit, which must keep only ids: the one that is given is of a subscription that exists */
async function erasureOf(
  { installation, configuration }: Ops,
  { subscriptionId, again, expired }: Pick<Options, 'again' | 'expired'> & { subscriptionId: string | undefined },
): Promise<Erasure> {
  if (again) return { command: 'erase --again', run: (apply) => eraseAgain(installation, { apply }) };
  if (expired) {
    const { contactRetentionDays: retentionDays } = configuration().registration;
    if (retentionDays === undefined)
      throw new OperatorError('Contacts do not expire: set registration.contactRetentionDays in the configuration.');
    return { command: 'erase --expired', run: (apply) => eraseExpired(installation, { apply, retentionDays }) };
  }
  const { subscriptionId: id } = await findSubscription(installation, subscriptionId ?? '');
  return { command: 'erase', run: (apply) => eraseSubscription(installation, id, { apply }) };
}

function toReport({ items, kept }: Traces, applied: boolean): Report {
  return {
    json: {
      applied,
      kept,
      items: items.map(({ subscriptionId, kind, completedAt }) => ({ subscriptionId, kind, completedAt })),
    },
    text: blocks(
      table(
        ['subscription', applied ? 'deleted' : 'would be deleted', extra('submitted (UTC)')],
        items.map(({ subscriptionId, kind, completedAt }) => [subscriptionId, kind, utcTime(completedAt)]),
        'Nothing is stored.',
      ),
      kept > 0
        ? 'A contact was submitted again in the meantime and stays. Run this again to delete it too.'
        : undefined,
      applied ? undefined : 'This was a dry run: nothing was deleted. Add --apply to delete them.',
    ),
    exitCode: kept > 0 ? 1 : 0,
  };
}
