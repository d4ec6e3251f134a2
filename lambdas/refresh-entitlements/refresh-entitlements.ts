import pMap from 'p-map';
import type { Product } from '../shared/contract/seller-configuration';
import { historyAfter } from '../shared/domain/entitlement-history';
import {
  hasEntitlements,
  isOvertaken,
  nextCheckAtMs,
  sameEntitlements,
  unnamedEntitlements,
  type Entitlement,
  type Entitlements,
} from '../shared/domain/entitlements';
import { hourOf } from '../shared/domain/hour';
import { identityModeOf } from '../shared/domain/moving';
import type { Subscription } from '../shared/domain/subscription';
import { isSame, toEntitlementsChange } from '../shared/domain/subscription-change';
import type {
  EntitlementGateway,
  EntitlementOwner,
  GetEntitlementsResult,
} from '../shared/marketplace/get-entitlements';
import type { Clock } from '../shared/runtime/ports';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { TableChange } from '../shared/runtime/table-changes';
import type { EntitlementStore } from '../shared/stores/entitlements';
import { refreshAgreements, type RefreshAgreementsDeps } from './refresh-agreements';
import { storedSubscription, untilSaved, type SubscriptionReader } from '../shared/stores/subscriptions';

export interface RefreshEntitlementsDeps {
  products: ReadonlyMap<string, Product>;
  subscriptions: SubscriptionReader;
  entitlements: EntitlementStore;
  marketplace: EntitlementGateway;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
  counters: Counters<'refresh-entitlements'>;
  /** Absent unless the seller wants the details of agreements. */
  agreements?: RefreshAgreementsDeps;
  onFailure(error: unknown): void;
}

/** A sweep starts no check after `deadlineMs`. */
export interface RefreshDueDeps extends RefreshEntitlementsDeps {
  deadlineMs: number;
}

/** The outcome of one subscription's check; each has a metric. */
type RefreshOutcome =
  | 'changed'
  | 'unchanged'
  /** A later check is stored already. */
  | 'overtaken'
  /** AWS did not answer, or its answer was invalid. The stored entitlements stay, and the check is repeated. */
  | 'postponed'
  /** The product has no contract, or the subscription's identity at AWS is not known before the registration. */
  | 'notAsked';

const OUTCOMES = ['changed', 'unchanged', 'overtaken', 'postponed', 'notAsked', 'failed'] as const satisfies readonly (
  RefreshOutcome | 'failed'
)[];

/** All calls share one quota, so more of them at a time would not be faster. */
const CONCURRENCY = 5;
const POSTPONED_MS = 5 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/**
 * Checks the entitlements of subscriptions that changed because of a registration, an event or a notification. If only
 * the version changed, the cause was our own notice, and nothing is checked.
 *
 * @returns the sequence numbers of the changes to deliver again.
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
    byId.keys(),
    async (subscriptionId) => ((await attempt(subscriptionId, deps)) === 'failed' ? [subscriptionId] : []),
    { concurrency: CONCURRENCY },
  );
  // Afterwards, because billing waits for entitlements and never for these.
  const unread = deps.agreements ? await refreshAgreements([...byId.keys()], deps.agreements) : [];
  const again = new Set([...failed.flat(), ...unread]);
  return changed.filter(({ subscriptionId }) => again.has(subscriptionId)).map(({ sequenceNumber }) => sequenceNumber);
}

/**
 * Checks the entitlements that are due, for the reasons in `nextCheckAtMs` or because a check was postponed.
 * @returns how many it had no time for.
 */
export async function refreshDue(deps: RefreshDueDeps): Promise<{ checksLeft: number }> {
  countZeros(deps);
  const due = await deps.entitlements.listDue(deps.clock.now());
  deps.counters.count('EntitlementChecksDue', due.length);
  let checksLeft = 0;
  const unanswered: string[] = [];
  await pMap(
    due,
    async (subscriptionId) => {
      const nowMs = deps.clock.now();
      if (nowMs >= deps.deadlineMs) {
        checksLeft += 1;
        return;
      }
      const outcome = await attempt(subscriptionId, deps);
      if (outcome === 'postponed' || outcome === 'failed') unanswered.push(subscriptionId);
      if (outcome === 'notAsked') {
        // The product is no longer in the configuration, so the next sweeps need not find it due.
        await deps.entitlements.postpone(subscriptionId, { nowMs, dueAtMs: nowMs + DAY_MS });
      }
    },
    { concurrency: CONCURRENCY },
  );
  deps.counters.count('EntitlementChecksLeft', checksLeft);
  deps.counters.count('EntitlementChecksUnanswered', unanswered.length);
  deps.counters.count('OldestUnansweredCheckSeconds', await oldestAgeSeconds(unanswered, deps));
  if (deps.agreements) {
    const dueAgreements = await deps.agreements.agreementDetails.listDue(deps.clock.now());
    await refreshAgreements(dueAgreements, { ...deps.agreements, deadlineMs: deps.deadlineMs });
  }
  // Counted last, so that an alarm notices sweeps that do not finish.
  deps.counters.count('EntitlementSweeps', 1);
  return { checksLeft };
}

/** The age of the oldest entitlements that could not be checked. Entitlements that were never read do not count. */
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

/** A failed check does not stop the others. */
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
  if (owner === undefined || subscription === undefined || product === undefined) return 'notAsked';
  const answer = await deps.marketplace.getEntitlements(owner);
  deps.counters.count(`EntitlementAnswers.${answer.outcome}`, 1);
  if (answer.outcome !== 'read' || provesNothing(answer.entitlements, subscription)) {
    const reason = answer.outcome === 'read' ? 'emptyUntilRegistered' : reasonOf(answer);
    deps.logger.warn('AWS did not return entitlements', {
      messageCode: 'ENTITLEMENTS_NOT_READ',
      subscriptionId,
      reason,
    });
    await deps.entitlements.postpone(subscriptionId, { nowMs: askedAtMs, dueAtMs: askedAtMs + POSTPONED_MS });
    return 'postponed';
  }
  const unnamed = unnamedEntitlements(product, answer.entitlements);
  deps.counters.count('EntitlementsUnnamed', unnamed.length);
  if (unnamed.length > 0) {
    const ids = { subscriptionId, dimensions: unnamed };
    deps.logger.warn('AWS lists numbers that cover nothing', { messageCode: 'ENTITLEMENTS_UNNAMED', ...ids });
  }
  const checkedAt = new Date(askedAtMs).toISOString();
  const answeredAt = new Date(deps.clock.now()).toISOString();
  const checked = { subscriptionId, entitlements: answer.entitlements, checkedAt, answeredAt };
  return untilSaved(() => store(checked, product, deps));
}

/** AWS may not know the licence by the ARN of its event, and an empty list would bill all usage as overage. */
function provesNothing(entitlements: readonly Entitlement[], { licenseArnFrom }: Subscription): boolean {
  return entitlements.length === 0 && licenseArnFrom === 'event';
}

function reasonOf(answer: Exclude<GetEntitlementsResult, { outcome: 'read' }>): string {
  return 'reason' in answer ? answer.reason : answer.outcome;
}

/** Compares with the entitlements stored now, because another check may have been stored since AWS was asked. */
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
  if (subscription === undefined) throw new Error(`The subscription ${subscriptionId} no longer exists.`);
  if (isOvertaken(checked, before)) return 'overtaken';
  const same = sameEntitlements(before?.entitlements ?? [], checked.entitlements);
  const nowMs = clock.now();
  const told = { ...checked, unnamed: unnamedEntitlements(product, checked.entitlements) };
  const saved = await entitlements.save({
    checked: { ...checked, history: historyAfter(before, checked) },
    comparedWith: before?.checkedAt,
    nextCheckAtMs: nextCheckAtMs(subscription, product, { entitlements: checked.entitlements, nowMs }),
    ...(!same && { change: toEntitlementsChange(subscription, told, new Date(nowMs).toISOString()) }),
  });
  if (saved === 'conflict') return 'conflict';
  return same ? 'unchanged' : 'changed';
}

/** The identity under which the current hour is metered; never the account, which may have several licences. */
function ownerOf(subscription: Subscription, product: Product, nowMs: number): EntitlementOwner | undefined {
  if (!hasEntitlements(product)) return undefined;
  const { productCode } = product;
  const { licenseArn, customerIdentifier } = subscription;
  if (identityModeOf(subscription, hourOf(nowMs)) === 'legacy') {
    return customerIdentifier === undefined ? undefined : { kind: 'legacyCustomer', productCode, customerIdentifier };
  }
  return licenseArn === undefined ? undefined : { kind: 'license', productCode, licenseArn };
}

/** Counts zeros, because an alarm cannot watch a missing metric. */
function countZeros({ counters }: RefreshEntitlementsDeps): void {
  counters.count('EntitlementsUnnamed', 0);
  for (const outcome of OUTCOMES) counters.count(`Entitlements.${outcome}`, 0);
  for (const answer of ['throttled', 'unavailable', 'misconfigured', 'unreadable'] as const) {
    counters.count(`EntitlementAnswers.${answer}`, 0);
  }
}
