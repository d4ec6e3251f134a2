import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { contractPeriodOf, coverageRuleOf } from '../../../lambdas/shared/domain/contract';
import { decimalText, ZERO } from '../../../lambdas/shared/domain/decimal';
import { entitledAmount, inOrder, shownValue } from '../../../lambdas/shared/domain/entitlements';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { Html } from '../../../web/html';
import { card, number, table, type Content } from '../../../web/parts';
import { age } from '../../output/age';
import { utcTime } from '../../output/utc';
import type { KnownSubscription } from '../../subscriptions/known-subscription';

interface Entitled {
  known: KnownSubscription;
  /** Undefined without the deployed configuration. */
  product: Product | undefined;
  nowMs: number;
}

/** What the contract gives, how much of it is used up, and what is carried over. */
export function entitlementCards(entitled: Entitled): Html[] {
  const { known, product, nowMs } = entitled;
  const { entitlements, balances } = known;
  const checked = entitlements && `Checked with AWS ${age(nowMs - Date.parse(entitlements.checkedAt))} ago`;
  const without =
    known.pricingModel === 'subscription'
      ? 'None: the product is priced by subscription, which is sold without entitlements.'
      : 'Not known yet: AWS has not been asked or has not answered.';
  const rows = product === undefined ? [] : coveredRows(entitled, product);
  return [
    card(
      'Entitlements',
      table({
        caption: checked ?? 'What the contract gives',
        columns: ['Dimension', number('Value'), 'Valid until at least (UTC)'],
        rows: inOrder(entitlements?.entitlements ?? []).map(({ dimension, value, expiresAt }) => [
          dimension,
          String(shownValue(value)),
          utcTime(expiresAt),
        ]),
        nothing: entitlements === undefined ? without : `AWS reports none. ${checked ?? ''}.`,
      }),
      rows.length === 0
        ? undefined
        : table({
            caption: 'Used up in the current period of the contract, as far as hours are closed',
            columns: ['Usage of', number('Contract gives'), number('Used up'), 'Period (UTC)'],
            rows,
          }),
    ),
    card(
      'Carried over',
      table({
        caption: 'Waits for a later hour that can be billed',
        columns: ['Dimension', number('Units')],
        rows: balances.map(({ dimension, amount }) => [dimension, decimalText(amount)]),
        nothing: 'Nothing is carried over.',
      }),
    ),
  ];
}

function coveredRows({ known, nowMs }: Entitled, product: Product): Content[][] {
  const { entitlements, balances, found } = known;
  return product.dimensions.flatMap(({ apiName }) => {
    const rule = coverageRuleOf(product, apiName);
    const activatedAt = found.state === 'pending' ? undefined : found.activatedAt;
    if (rule === undefined || activatedAt === undefined) return [];
    const coverage = balances.find(({ dimension }) => dimension === apiName)?.coverage;
    const activationHour = coverage?.activationHour ?? hourOf(Date.parse(activatedAt));
    const period = contractPeriodOf(hourOf(nowMs), { rule: rule.rule, activationHour });
    const at = new Date(nowMs).toISOString();
    const given = entitlements && entitledAmount(entitlements, rule.entitlement, at);
    return [
      [
        apiName,
        given === undefined ? 'not known' : decimalText(given),
        decimalText(coverage?.periods.get(period.from)?.covered ?? ZERO),
        `${period.from} to ${period.until}`,
      ],
    ];
  });
}
