import { Option } from 'commander';
import { lastPeriodOf } from '../../lambdas/shared/domain/periods';
import type { SubscriptionFields } from '../../lambdas/shared/domain/subscription';
import { accountArgument, subscriptionIdArgument } from '../arguments';
import { wholeNumber } from '../output/whole-number';
import { examples, type OpsCommand } from '../command';
import { counted } from '../output/counted';
import { blocks, extra, table } from '../output/table';
import { utcTime } from '../output/utc';
import { listSubscriptions, type SubscriptionFilter } from '../stores/subscription-listing';
import { needs } from '../permissions';

interface Options extends SubscriptionFilter {
  limit: number;
}

/** Lists subscriptions. The JSON is `{subscriptions: [...], after?}`. */
export const subscriptions: OpsCommand = (program, reporting) => {
  program
    .command('subscriptions')
    .description('list subscriptions')
    .option('--account <id>', "only those of this buyer's AWS account", accountArgument)
    .option('--product <code>', 'only those of this product')
    .addOption(new Option('--state <state>', 'only in this state').choices(['pending', 'active', 'ending', 'ended']))
    .option('--limit <number>', 'list at most this many', wholeNumber(1, 100_000), 100)
    .option('--after <subscription id>', 'continue after this one', subscriptionIdArgument)
    .addHelpText('after', needs())
    .addHelpText('after', examples('subscriptions --state active', 'subscriptions --account 111122223333 --json'))
    .action(
      reporting(async ({ installation }, { limit, ...filter }: Options) => {
        const found: SubscriptionFields[] = [];
        for await (const subscription of listSubscriptions(installation, filter)) {
          found.push(subscription);
          if (found.length > limit) break;
        }
        const shown = found.slice(0, limit);
        const after = found.length > limit ? shown.at(-1)?.subscriptionId : undefined;
        return {
          json: { subscriptions: shown.map(toJson), after },
          text: blocks(
            shown.length > 0 ? `${counted(shown.length, 'subscription')}.` : undefined,
            table(
              ['subscription', extra('product'), 'state', 'account', extra('activated (UTC)'), 'ends (UTC)'],
              shown.map((each) => [
                each.subscriptionId,
                each.productCode,
                each.state,
                each.customerAWSAccountId,
                utcTime(each.activatedAt),
                utcTime(each.endingAt),
              ]),
              'No subscriptions.',
            ),
            after && `There are more. Add --after ${after} to continue.`,
          ),
        };
      }),
    );
};

function toJson(subscription: SubscriptionFields) {
  const { subscriptionId, productCode, state, customerAWSAccountId, endingAt } = subscription;
  const activatedAt = lastPeriodOf(subscription)?.from;
  return { subscriptionId, productCode, state, customerAWSAccountId, activatedAt, endingAt };
}
