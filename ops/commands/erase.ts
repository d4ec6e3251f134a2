import { subscriptionIdArgument } from '../arguments';
import { audited } from '../audit/audited';
import { reasonOption, required, ticketOption, type Because } from '../audit/because';
import { examples, type OpsCommand, type Report } from '../command';
import { eraseAgain, eraseSubscription, type Traces } from '../erasure/erase';
import { UsageError } from '../errors';
import { blocks, extra, table } from '../output/table';
import { utcTime } from '../output/utc';
import { findSubscription } from '../subscriptions/known-subscription';
import { needs } from '../permissions';

interface Options extends Because {
  again?: true;
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
        'Backups keep what is deleted until they expire: point-in-time recovery for 35 days.\n' +
        'Without --apply nothing is deleted.',
    )
    .argument('[subscription]', 'subscription id', subscriptionIdArgument)
    .option('--again', 'apply all erasures again, after a restore of the Registrations table')
    .addOption(reasonOption('withApply'))
    .addOption(ticketOption('withApply'))
    .option('--apply', 'delete them')
    .addHelpText('after', needs({ PersonalData: 'always' }))
    .addHelpText(
      'after',
      examples('erase s-…', 'erase s-… --reason buyers-request --ticket C-1 --apply', 'erase --again'),
    )
    .action(
      reporting(async (ops, subscriptionId: string | undefined, { again, apply, ...because }: Options) => {
        if ((subscriptionId === undefined) === (again === undefined))
          throw new UsageError('Give either a subscription id or --again.');
        if (apply) required(because);
        const { installation } = ops;
        // Before the audit, which must keep only ids: this one is of a subscription that exists.
        if (subscriptionId !== undefined) await findSubscription(installation, subscriptionId);
        const command = again ? 'erase --again' : 'erase';
        return audited(ops, { command, ids: { subscriptionId }, because, apply }, async () => {
          const applied = apply === true;
          const traces =
            subscriptionId === undefined
              ? await eraseAgain(installation, { apply: applied })
              : await eraseSubscription(installation, subscriptionId, { apply: applied });
          return toReport(traces, applied);
        });
      }),
    );
};

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
