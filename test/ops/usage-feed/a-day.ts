import { decimal, ZERO } from '../../../lambdas/shared/domain/decimal';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../../lambdas/shared/domain/hourly-usage';
import type { Subscription, SubscriptionFields } from '../../../lambdas/shared/domain/subscription';
import type { LedgerHour } from '../../../ops/reconcile/our-records';
import { billedLines, type BilledLine } from '../../../ops/usage-feed/billed-lines';
import type { BilledRow } from '../../../ops/usage-feed/current-rows';
import { aSubscription } from '../../builders/a-subscription';

export const PRODUCT = 'product-code';
const DAY = '2026-07-14';

export const subscribed = (overrides: Partial<SubscriptionFields> = {}): Subscription =>
  aSubscription({ productCode: PRODUCT, agreementId: 'agmt-1', ...overrides });

const subscription = subscribed();

type State = 'billed' | 'unconfirmed' | 'rejected' | 'sealed' | 'open' | 'neverSent' | 'covered';

let hours = 0;

/** An hour of the day, each another one. */
export function anHour(state: State, quantity: string, of: Subscription = subscription): LedgerHour {
  hours += 1;
  const hour = hourOf(Date.parse(`${DAY}T00:00:00Z`) + (hours % 24) * 3_600_000);
  const { subscriptionId, customerAWSAccountId = '', licenseArn = '' } = of;
  const key = { subscriptionId, dimension: 'events', hour, tallies: 1 };
  const used = decimal(quantity);
  const record = {
    productCode: of.productCode,
    customer: { mode: 'license', customerAWSAccountId, licenseArn },
    dimension: 'events',
    timestampSeconds: Date.parse(`${hour}:00:00Z`) / 1000,
    form: 'decimal',
    quantity,
  } as const;
  const frozen = { ...key, used, record };
  const byState: Record<State, HourlyUsage> = {
    billed: { ...frozen, state: 'billed', sends: 1, answers: 1, meteringRecordId: 'm' },
    unconfirmed: { ...frozen, state: 'unconfirmed', sends: 1, answers: 0 },
    rejected: { ...frozen, state: 'rejected', sends: 1, answers: 1, lastAnswer: 'conflict' },
    sealed: { ...frozen, state: 'sealed', sends: 1, answers: 0 },
    neverSent: { ...frozen, state: 'expired', sends: 0, answers: 0 },
    open: { ...key, state: 'open', units: used, summed: 1 },
    covered: { ...key, state: 'covered', used, coveredQuantity: used },
  };
  return { subscription: of, hour: byState[state] };
}

/** What AWS bills for the day; the test overrides what matters. */
export const aRow = (quantity: string, row: Partial<BilledRow> = {}): BilledRow => ({
  day: DAY,
  productId: 'prod-1',
  agreementId: 'agmt-1',
  dimension: 'events',
  quantity: quantity === '' ? ZERO : decimal(quantity),
  isCorrected: false,
  ...row,
});

const COMPLETE = '2026-07-18T00:00:00Z';

/** @param asOf - how new the feed is; by default just new enough for the day */
export function lines(
  own: readonly LedgerHour[],
  rows: readonly BilledRow[],
  { asOf = COMPLETE, codes = [] }: { asOf?: string; codes?: [string, string][] } = {},
): BilledLine[] {
  return billedLines(own, { source: 'the feed', asOfMs: Date.parse(asOf), rows: [...rows] }, new Map(codes));
}
