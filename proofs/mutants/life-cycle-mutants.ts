import { mutant, row, type Mutant } from './mutant';

const STORES = 'lambdas/shared/stores';
const DOMAIN = 'lambdas/shared/domain';
const METER = 'lambdas/meter-usage';
const FOLLOW = 'lambdas/follow-agreement/follow-agreement.ts';

/** Of the life of a subscription, and of the contract that covers its usage. */
export const LIFE_CYCLE_MUTANTS: readonly Mutant[] = [
  row(
    'usage is taken after the end',
    `${DOMAIN}/subscription.ts`,
    "new Set(['pending', 'active'])",
    "new Set(['pending', 'active', 'ending'])",
  ),
  row('the last flush is left out', `${METER}/end-subscription.ts`, 'schedule.isRipe(hour, clock.now())', 'false'),
  row(
    'the end has no grace',
    `${DOMAIN}/ending.ts`,
    'Math.max(endingAtMs + USAGE_AFTER_END_MS, openedAtMs + AT_LEAST_TRIED_FOR_MS)',
    'openedAtMs',
  ),
  row(
    'the open hour is not sealed at the end',
    `${DOMAIN}/ending.ts`,
    'hourEndMs(hour) <= nowMs || nowMs >= drainedAtMs',
    'hourEndMs(hour) <= nowMs && nowMs > 0',
  ),
  row(
    'what has ended is metered on',
    `${METER}/seal-hour.ts`,
    "isOver: subscription?.state === 'ended',",
    'isOver: false,',
  ),
  row(
    'a renewal is an end',
    'lambdas/shared/marketplace/agreement-events.ts',
    "new Set(['RENEWED', 'REPLACED', 'SUPERSEDED'])",
    "new Set(['SUPERSEDED'])",
  ),
  mutant(
    'an old event overrides a newer one',
    `${DOMAIN}/lifecycle-event.ts`,
    ['const begunAt = later(subscription.begunAt, event.time);', 'const begunAt = event.time;'],
    ['if (begunAt !== undefined && at < begunAt) return endings;', ''],
  ),
  row(
    'an event is forgotten when another came between',
    FOLLOW,
    "=== 'conflict') return 'conflict';\n  // While",
    "=== 'conflict') return 'unchanged';\n  // While",
  ),
  row(
    "an agreement's event is forgotten when another came between",
    FOLLOW,
    "=== 'conflict' ? 'conflict' : 'applied'",
    "=== 'conflict' ? 'unchanged' : 'applied'",
  ),
  row(
    'a registration is forgotten when an event came between',
    'lambdas/register-subscription/store-registration.ts',
    "return saved === 'conflict' ? 'conflict' :",
    'return saved === undefined ? saved :',
  ),
  row(
    'the seller is not told',
    `${STORES}/subscriptions-transaction.ts`,
    '...(notice ? [noticePut(tables.notices, notice)] : []),',
    '',
  ),
  row(
    'a subscription has no version',
    `${STORES}/subscriptions-transaction.ts`,
    "'#version = :before'",
    "'attribute_exists(#version)'",
  ),
  row(
    'a failure of GetEntitlements is read as none',
    'lambdas/shared/marketplace/get-entitlements.ts',
    "if (read.outcome !== 'page') return read;",
    "if (read.outcome !== 'page') return { outcome: 'read', entitlements };",
  ),
  row(
    'an empty page is the last',
    'lambdas/shared/marketplace/get-entitlements.ts',
    'if (!read.nextToken)',
    'if (!read.nextToken || read.entitlements.length === 0)',
  ),
  mutant(
    'an older answer of AWS takes the place of a newer one',
    'lambdas/refresh-entitlements/refresh-entitlements.ts',
    ["if (before !== undefined && before.checkedAt >= checkedAt) return 'overtaken';", ''],
  ),
  // Zero records
  row(
    'a 0 is sent of a subscription that ends',
    `${DOMAIN}/zero-records.ts`,
    "return state === 'active' && zero",
    'return state !== undefined && zero',
  ),
  row('the chain of zero records breaks', `${METER}/seal-hour.ts`, '...(zeroHour && { zeroHour }),', ''),
  row(
    'zero records do not begin with the subscription',
    `${METER}/follow-subscriptions.ts`,
    "beginZeroRecords(within('active'), deps)",
    "beginZeroRecords(within('none'), deps)",
  ),
  row(
    'an hour without usage is not sent, though it is asked for',
    `${DOMAIN}/sealing.ts`,
    'if (quantity.lt(ONE) && !sendsZero)',
    'if (quantity.lt(ONE))',
  ),
  // Moving
  row(
    'a customer moves from the running hour on',
    `${DOMAIN}/moving.ts`,
    'return nextHour(nextHour(hourOf(nowMs)));',
    'return hourOf(nowMs);',
  ),
  row(
    'whoever has moved is metered by licence for every hour',
    `${DOMAIN}/moving.ts`,
    "hour < licenseFrom ? 'legacy' : 'license'",
    "hour === licenseFrom ? 'license' : 'license'",
  ),
  row(
    'whoever has moved is metered by identifier for ever',
    `${DOMAIN}/moving.ts`,
    "hour < licenseFrom ? 'legacy' : 'license'",
    "hour === licenseFrom ? 'legacy' : 'legacy'",
  ),
  row(
    'both forms of identity go into one call',
    `${DOMAIN}/metering-batch.ts`,
    '`${sealed.record.customer.mode}#${sealed.record.productCode}`',
    'sealed.record.productCode',
  ),
  row(
    'a move leaves the licence to whoever comes next',
    'ops/moving/move-customers.ts',
    '{ identities: [identity] }',
    '{ identities: [] }',
  ),
  // The contract
  row(
    'a contract is billed on what AWS said before the hour was over',
    `${DOMAIN}/contract.ts`,
    "if (checkedAtMs < hourEndMs(coveredIn) && !isAfterEnd) return 'entitlementsNotChecked';",
    '',
  ),
  row(
    'a contract is believed to give nothing before it is active',
    `${DOMAIN}/contract.ts`,
    'hour < activationHour ? activationHour : hour',
    'hour < activationHour ? hour : hour',
  ),
  row(
    'all that is known of a contract is from after its end',
    `${DOMAIN}/contract.ts`,
    'if (isAfterEnd && !isKnownFromLife(history, { activatedAtMs, endingAt }))',
    'if (isAfterEnd && history.length === 0)',
  ),
  row(
    'a contract gave what it gives now',
    `${DOMAIN}/entitlement-history.ts`,
    '] of history.entries()) {',
    '] of history.slice(-1).entries()) {',
  ),
  row(
    'each change of a contract gives its amount anew',
    `${DOMAIN}/coverage.ts`,
    'least(covered.plus(used), most(covered, amount))',
    'covered.plus(least(used, amount))',
  ),
  row(
    'an agreement that runs out does not end',
    'lambdas/shared/marketplace/agreement-events.ts',
    "['RENEWED', 'REPLACED', 'SUPERSEDED']",
    "['RENEWED', 'REPLACED', 'SUPERSEDED', 'EXPIRED']",
  ),
  row(
    'what is sold by contract alone is metered',
    `${DOMAIN}/sealing.ts`,
    "if (product.pricingModel === 'contract') return 'notMetered';",
    '',
  ),
  row(
    'usage of what is sold by contract alone is taken',
    'lambdas/record-usage/record-usage.ts',
    "if (product?.pricingModel === 'contract')",
    'if (product === undefined)',
  ),
  row(
    'what a contract has covered is forgotten',
    `${DOMAIN}/coverage.ts`,
    'const before = periods.get(from) ?? { covered: ZERO, amounts: [] };',
    'const before: PeriodCoverage = { covered: ZERO, amounts: [] };',
  ),
  row(
    'a contract covers nothing',
    `${DOMAIN}/coverage.ts`,
    'coveredQuantity = coveredQuantity.plus(covered.minus(before.covered));',
    'coveredQuantity = coveredQuantity.plus(ZERO);',
  ),
];
