// The type of a module is the type of all its exports.
/* eslint-disable @typescript-eslint/consistent-type-imports */

/** The modules whose exports a mutant may replace, by path from the project's root: the compiler knows what each exports. */
export interface Modules {
  'lambdas/aggregate-usage/aggregate-usage': typeof import('../../lambdas/aggregate-usage/aggregate-usage');
  'lambdas/aggregate-usage/is-tallied': typeof import('../../lambdas/aggregate-usage/is-tallied');
  'lambdas/follow-agreement/follow-agreement': typeof import('../../lambdas/follow-agreement/follow-agreement');
  'lambdas/meter-usage/finishing': typeof import('../../lambdas/meter-usage/finishing');
  'lambdas/meter-usage/hold-hour': typeof import('../../lambdas/meter-usage/hold-hour');
  'lambdas/meter-usage/record-to-send': typeof import('../../lambdas/meter-usage/record-to-send');
  'lambdas/meter-usage/with-balance': typeof import('../../lambdas/meter-usage/with-balance');
  'lambdas/meter-usage/zero-records': typeof import('../../lambdas/meter-usage/zero-records');
  'lambdas/record-usage/record-usage': typeof import('../../lambdas/record-usage/record-usage');
  'lambdas/register-subscription/store-registration': typeof import('../../lambdas/register-subscription/store-registration');
  'lambdas/shared/domain/allocations': typeof import('../../lambdas/shared/domain/allocations');
  'lambdas/shared/domain/contract': typeof import('../../lambdas/shared/domain/contract');
  'lambdas/shared/domain/coverage': typeof import('../../lambdas/shared/domain/coverage');
  'lambdas/shared/domain/decimal': typeof import('../../lambdas/shared/domain/decimal');
  'lambdas/shared/domain/ending': typeof import('../../lambdas/shared/domain/ending');
  'lambdas/shared/domain/entitlement-history': typeof import('../../lambdas/shared/domain/entitlement-history');
  'lambdas/shared/domain/entitlements': typeof import('../../lambdas/shared/domain/entitlements');
  'lambdas/shared/domain/hold': typeof import('../../lambdas/shared/domain/hold');
  'lambdas/shared/domain/hour': typeof import('../../lambdas/shared/domain/hour');
  'lambdas/shared/domain/hourly-usage': typeof import('../../lambdas/shared/domain/hourly-usage');
  'lambdas/shared/domain/largest-remainder': typeof import('../../lambdas/shared/domain/largest-remainder');
  'lambdas/shared/domain/lifecycle-event': typeof import('../../lambdas/shared/domain/lifecycle-event');
  'lambdas/shared/domain/metering-record': typeof import('../../lambdas/shared/domain/metering-record');
  'lambdas/shared/domain/moving': typeof import('../../lambdas/shared/domain/moving');
  'lambdas/shared/domain/periods': typeof import('../../lambdas/shared/domain/periods');
  'lambdas/shared/domain/payment': typeof import('../../lambdas/shared/domain/payment');
  'lambdas/shared/domain/provisional-licence': typeof import('../../lambdas/shared/domain/provisional-licence');
  'lambdas/shared/domain/sealing': typeof import('../../lambdas/shared/domain/sealing');
  'lambdas/shared/domain/subscription': typeof import('../../lambdas/shared/domain/subscription');
  'lambdas/shared/domain/usage-event': typeof import('../../lambdas/shared/domain/usage-event');
  'lambdas/shared/domain/usage-tally': typeof import('../../lambdas/shared/domain/usage-tally');
  'lambdas/shared/domain/whole-record': typeof import('../../lambdas/shared/domain/whole-record');
  'lambdas/shared/domain/withholding': typeof import('../../lambdas/shared/domain/withholding');
  'lambdas/shared/domain/zero-records': typeof import('../../lambdas/shared/domain/zero-records');
  'lambdas/shared/marketplace/agreement-events': typeof import('../../lambdas/shared/marketplace/agreement-events');
  'lambdas/shared/marketplace/decimal-members': typeof import('../../lambdas/shared/marketplace/decimal-members');
  'lambdas/shared/marketplace/echoed-quantity': typeof import('../../lambdas/shared/marketplace/echoed-quantity');
  'lambdas/shared/runtime/dynamodb-client': typeof import('../../lambdas/shared/runtime/dynamodb-client');
  'lambdas/shared/stores/conditional-writes': typeof import('../../lambdas/shared/stores/conditional-writes');
  'lambdas/shared/stores/folded-hour': typeof import('../../lambdas/shared/stores/folded-hour');
  'lambdas/shared/stores/hourly-usage-by-operator': typeof import('../../lambdas/shared/stores/hourly-usage-by-operator');
  'lambdas/shared/stores/hourly-usage-items': typeof import('../../lambdas/shared/stores/hourly-usage-items');
  'lambdas/shared/stores/hourly-usage-sealing': typeof import('../../lambdas/shared/stores/hourly-usage-sealing');
  'lambdas/shared/stores/hourly-usage-settling': typeof import('../../lambdas/shared/stores/hourly-usage-settling');
  'lambdas/shared/stores/inline-tallies': typeof import('../../lambdas/shared/stores/inline-tallies');
  'lambdas/shared/stores/subscriptions-transaction': typeof import('../../lambdas/shared/stores/subscriptions-transaction');
  'lambdas/shared/stores/usage-tallies': typeof import('../../lambdas/shared/stores/usage-tallies');
  'ops/moving/move-customers': typeof import('../../ops/moving/move-customers');
  'proofs/simulation/memory/ports/store-port': typeof import('../simulation/memory/ports/store-port');
}

export type Module = keyof Modules;
