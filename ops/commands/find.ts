import { InvalidArgumentError } from 'commander';
import { examples, type OpsCommand } from '../command';
import { UsageError } from '../errors';
import { counted } from '../output/counted';
import { blocks, extra, table } from '../output/table';
import { findAtOnce } from '../subscriptions/find-at-once';
import { costOfContactScan, findByContact } from '../subscriptions/find-by-contact';
import { ledgerStores } from '../stores/ledger-stores';
import { needs } from '../permissions';

interface Options {
  company?: string;
}

function searchArgument(text: string): string {
  if (text.trim().length < 2) throw new InvalidArgumentError('Give at least two characters.');
  return text;
}

/** Finds subscriptions by what a support case names. */
export const find: OpsCommand = (program, reporting) => {
  program
    .command('find')
    .summary('find subscriptions by account, licence, agreement, company or e-mail')
    .description(
      'find subscriptions by account, licence, agreement or id, which takes a handful of reads.\n' +
        'With --company, by company, e-mail address or name: that scans the Registrations table, which holds personal\n' +
        'data. What it costs is printed first.',
    )
    .argument('[key]', 'an AWS account, a licence or its ARN, an agreement or a subscription id', searchArgument)
    .option('--company <text>', 'a part of the company, the e-mail address or the name', searchArgument)
    .addHelpText('after', needs({ PersonalData: 'with --company' }))
    .addHelpText('after', examples('find 111122223333', 'find --company acme', 'find --company bea@example.com'))
    .action(
      reporting(async (ops, key: string | undefined, { company }: Options) => {
        const { installation, terminal } = ops;
        if ((key === undefined) === (company === undefined))
          throw new UsageError('Give either an account, licence, agreement or id, or --company with a text.');
        if (company === undefined) {
          const found = await findAtOnce(ops, key ?? '');
          return {
            json: { subscriptions: found.map((each) => ({ subscriptionId: each.subscriptionId, state: each.state })) },
            text: table(
              ['subscription', extra('product'), 'state', 'account'],
              found.map((each) => [each.subscriptionId, each.productCode, each.state, each.customerAWSAccountId]),
              'No subscription has this key. By company or e-mail address: add --company.',
            ),
            exitCode: found.length > 0 ? 0 : 1,
          };
        }
        const { items, readUnits } = await costOfContactScan(installation);
        terminal.err(`This scans ${counted(items, 'registration')}, about ${counted(readUnits, 'read unit')}.`);
        const contacts = await findByContact(ops, company);
        const ids = contacts.map(({ subscriptionId }) => subscriptionId);
        const subscriptions = await ledgerStores(installation).subscriptions.getMany(ids);
        const found = contacts.map((each) => ({ ...each, state: subscriptions.get(each.subscriptionId)?.state }));
        return {
          json: { subscriptions: found },
          text: blocks(
            table(
              ['subscription', 'state', 'company', extra('e-mail'), extra('name')],
              found.map((each) => [each.subscriptionId, each.state, each.company, each.email, each.name]),
              'No registration has this text.',
            ),
          ),
          exitCode: found.length > 0 ? 0 : 1,
        };
      }),
    );
};
