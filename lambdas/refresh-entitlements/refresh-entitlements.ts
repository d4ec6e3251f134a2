import pMap from 'p-map';
import type { Product } from '../shared/contract/seller-configuration';
import { historyAfter } from '../shared/domain/entitlement-history';
import {
  hasEntitlements,
  isOvertaken,
  nextCheckAtMs,
  sameEntitlements,
  type Entitlements,
} from '../shared/domain/entitlements';
import { hourOf } from '../shared/domain/hour';
import { identityModeOf } from '../shared/domain/moving';
import type { Subscription } from '../shared/domain/subscription';
import { isSame, toEntitlementsChange } from '../shared/domain/subscription-change';
import type { EntitlementGateway, EntitlementOwner } from '../shared/marketplace/get-entitlements';
import type { Clock } from '../shared/runtime/clock';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { TableChange } from '../shared/runtime/table-changes';
import type { EntitlementStore } from '../shared/stores/entitlements';
import { storedSubscription, untilSaved, type SubscriptionReader } from '../shared/stores/subscriptions';

export interface RefreshEntitlementsDeps {
  products: ReadonlyMap<string, Product>;
  subscriptions: SubscriptionReader;
  entitlements: EntitlementStore;
  marketplace: EntitlementGateway;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
  counters: Counters<'refresh-entitlements'>;
  onFailure(error: unknown): void;
}

/** A sweep stops: no check is started after `deadlineMs`. */
export interface RefreshDueDeps extends RefreshEntitlementsDeps {
  deadlineMs: number;
}

/** What became of one subscription's check; each is a metric. */
export type RefreshOutcome =
  | 'changed'
  | 'unchanged'
  /** A check that began later is stored already. */
  | 'overtaken'
  /** AWS did not answer, or not with something to believe: what is known stays, and AWS is asked again. */
  | 'postponed'
  /** Nothing to ask: sold without a contract, or nobody has registered yet, so that AWS's name for it is not known. */
  | 'notAsked';

const OUTCOMES = ['changed', 'unchanged', 'overtaken', 'postponed', 'notAsked', 'failed'] as const satisfies readonly (
  RefreshOutcome | 'failed'
)[];

/** Calls wait for their places in one quota; more at a time would only wait longer. */
const CONCURRENCY = 5;
const POSTPONED_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Checks the entitlements of the subscriptions that have changed: registered, a licence's or an agreement's event, an
 * entitlement notification. A change of the version alone is our own notice, and starts nothing.
 *
 * @returns the sequence numbers of what has to be delivered again.
 */
export async function refreshChanged(
  changes: readonly TableChange[],
  deps: RefreshEntitlementsDeps,
): Promise<string[]> {
  countZeros(deps);
  const changed = changes.filter(saysSomethingNew).map(({ newImage, sequenceNumber }) => ({
    subscriptionId: storedSubscription.parse(newImage).subscriptionId,
    sequenceNumber,
  }));
  const byId = Map.groupBy(changed, ({ subscriptionId }) => subscriptionId);
  const failed = await pMap(
    byId,
    async ([subscriptionId, its]) => {
      const outcome = await attempt(subscriptionId, deps);
      return outcome === 'failed' ? its.map(({ sequenceNumber }) => sequenceNumber) : [];
    },
    { concurrency: CONCURRENCY },
  );
  return failed.flat();
}

/**
 * Checks the entitlements that are due: about to be billed on, about to expire, old, or put off.
 * @returns how many it had no time for.
 */
export async function refreshDue(deps: RefreshDueDeps): Promise<{ checksLeft: number }> {
  countZeros(deps);
  const due = await deps.entitlements.listDue(deps.clock.now());
  deps.counters.count('EntitlementChecksDue', due.length);
  let left = 0;
  const unanswered: string[] = [];
  await pMap(
    due,
    async (subscriptionId) => {
      const nowMs = deps.clock.now();
      if (nowMs >= deps.deadlineMs) {
        left += 1;
        return;
      }
      const outcome = await attempt(subscriptionId, deps);
      if (outcome === 'postponed' || outcome === 'failed') unanswered.push(subscriptionId);
      if (outcome === 'notAsked') {
        // Its product is no longer in the configuration: to find it due in every sweep helps nobody.
        await deps.entitlements.postpone(subscriptionId, { nowMs, dueAtMs: nowMs + DAY_MS });
      }
    },
    { concurrency: CONCURRENCY },
  );
  deps.counters.count('EntitlementChecksLeft', left);
  deps.counters.count('EntitlementChecksUnanswered', unanswered.length);
  deps.counters.count('OldestUnansweredCheckSeconds', await oldestAgeSeconds(unanswered, deps));
  // Last: a sweep that does not come to its end must be missed.
  deps.counters.count('EntitlementSweeps', 1);
  return { checksLeft: left };
}

/** How old the oldest entitlements are that could not be checked; what AWS has never answered has no age. */
async function oldestAgeSeconds(
  subscriptionIds: readonly string[],
  { entitlements, clock }: RefreshEntitlementsDeps,
): Promise<number> {
  const known = await entitlements.getMany(subscriptionIds);
  const ages = [...known.values()].map(({ checkedAt }) => (clock.now() - Date.parse(checkedAt)) / 1000);
  return Math.max(0, ...ages);
}

function saysSomethingNew({ newImage, oldImage }: TableChange): boolean {
  return oldImage === undefined || !isSame(storedSubscription.parse(oldImage), storedSubscription.parse(newImage));
}

/** One subscription in trouble must not keep the others from being checked. */
async function attempt(subscriptionId: string, deps: RefreshEntitlementsDeps): Promise<RefreshOutcome | 'failed'> {
  try {
    const outcome = await refreshOne(subscriptionId, deps);
    deps.counters.count(`Entitlements.${outcome}`, 1);
    return outcome;
  } catch (error) {
    deps.onFailure(error);
    deps.counters.count('Entitlements.failed', 1);
    return 'failed';
  }
}

async function refreshOne(subscriptionId: string, deps: RefreshEntitlementsDeps): Promise<RefreshOutcome> {
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  const product = deps.products.get(subscription?.productCode ?? '');
  const askedAtMs = deps.clock.now();
  const owner = subscription && product && ownerOf(subscription, product, askedAtMs);
  if (owner === undefined || product === undefined) return 'notAsked';
  const answer = await deps.marketplace.getEntitlements(owner);
  deps.counters.count(`EntitlementAnswers.${answer.outcome}`, 1);
  if (answer.outcome !== 'read') {
    const reason = 'reason' in answer ? answer.reason : answer.outcome;
    deps.logger.warn('Not answered', { messageCode: 'ENTITLEMENTS_NOT_READ', subscriptionId, reason });
    await deps.entitlements.postpone(subscriptionId, { nowMs: askedAtMs, dueAtMs: askedAtMs + POSTPONED_MS });
    return 'postponed';
  }
  const checkedAt = new Date(askedAtMs).toISOString();
  const answeredAt = new Date(deps.clock.now()).toISOString();
  const checked = { subscriptionId, entitlements: answer.entitlements, checkedAt, answeredAt };
  return untilSaved(() => store(checked, product, deps));
}

/** Compares with what is stored now, not with what was when AWS was asked: somebody else may have checked meanwhile. */
async function store(
  checked: Entitlements,
  product: Product,
  { subscriptions, entitlements, clock }: RefreshEntitlementsDeps,
): Promise<RefreshOutcome | 'conflict'> {
  const { subscriptionId } = checked;
  const [subscription, before] = await Promise.all([
    subscriptions.getMany([subscriptionId]).then((found) => found.get(subscriptionId)),
    entitlements.getMany([subscriptionId]).then((found) => found.get(subscriptionId)),
  ]);
  if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} is gone.`);
  if (isOvertaken(checked, before)) return 'overtaken';
  const same = sameEntitlements(before?.entitlements ?? [], checked.entitlements);
  const nowMs = clock.now();
  const saved = await entitlements.save({
    checked: { ...checked, history: historyAfter(before, checked) },
    comparedWith: before?.checkedAt,
    nextCheckAtMs: nextCheckAtMs(subscription, product, { entitlements: checked.entitlements, nowMs }),
    ...(!same && { change: toEntitlementsChange(subscription, checked, new Date(nowMs).toISOString()) }),
  });
  if (saved === 'conflict') return 'conflict';
  return same ? 'unchanged' : 'changed';
}

/** As the running hour is metered; never by the account, which may hold several licences of the product. */
function ownerOf(subscription: Subscription, product: Product, nowMs: number): EntitlementOwner | undefined {
  if (!hasEntitlements(product)) return undefined;
  const { productCode } = product;
  const { licenseArn, customerIdentifier } = subscription;
  if (identityModeOf(subscription, hourOf(nowMs)) === 'legacy') {
    return customerIdentifier === undefined ? undefined : { kind: 'legacyCustomer', productCode, customerIdentifier };
  }
  return licenseArn === undefined ? undefined : { kind: 'license', productCode, licenseArn };
}

/** Zeros are data: an alarm cannot watch a metric that is missing. */
function countZeros({ counters }: RefreshEntitlementsDeps): void {
  for (const outcome of OUTCOMES) counters.count(`Entitlements.${outcome}`, 0);
  for (const answer of ['throttled', 'unavailable', 'misconfigured', 'unreadable'] as const) {
    counters.count(`EntitlementAnswers.${answer}`, 0);
  }
}
