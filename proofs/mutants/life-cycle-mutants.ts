import { hourEndMs, hourOf, type Hour } from '../../lambdas/shared/domain/hour';
import { isLapsed } from '../../lambdas/shared/domain/periods';
import type { AgreementEvent } from '../../lambdas/shared/domain/marketplace-event';
import type { ChangeExtras, SubscriptionStore } from '../../lambdas/shared/stores/subscriptions';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import { exportsOf, method, mutant, type Mutant } from './mutant';
import { onCondition } from './on-condition';

const agreementEvents = exportsOf('lambdas/shared/marketplace/agreement-events');
const ending = exportsOf('lambdas/shared/domain/ending');
const finishing = exportsOf('lambdas/meter-usage/finishing');
const following = exportsOf('lambdas/follow-agreement/follow-agreement');
const lifecycle = exportsOf('lambdas/shared/domain/lifecycle-event');
const moveCustomers = exportsOf('ops/moving/move-customers');
const moving = exportsOf('lambdas/shared/domain/moving');
const periods = exportsOf('lambdas/shared/domain/periods');
const registering = exportsOf('lambdas/register-subscription/store-registration');
const sealing = exportsOf('lambdas/shared/domain/sealing');
const subscription = exportsOf('lambdas/shared/domain/subscription');
const transaction = exportsOf('lambdas/shared/stores/subscriptions-transaction');
const writes = exportsOf('lambdas/shared/stores/conditional-writes');
const zeroHours = exportsOf('lambdas/meter-usage/zero-records');
const zeroRecords = exportsOf('lambdas/shared/domain/zero-records');

/** Mutants of a subscription's life: its events, its end, its zero records, its move to a licence. */
export const LIFE_CYCLE_MUTANTS: readonly Mutant[] = [
  mutant(
    'usage is accepted after the end',
    subscription('STATES_ACCEPTING_USAGE', (states) => new Set([...states, 'ending'])),
  ),
  mutant(
    'the last flush is left out',
    ending('endingSchedule', (endingSchedule) => (times) => ({ ...endingSchedule(times), isRipe: () => false })),
  ),
  mutant(
    'the end has no grace',
    ending('endingSchedule', (endingSchedule) => (times) => ({
      ...endingSchedule(times),
      deadlineMs: times.openedAtMs,
    })),
  ),
  mutant(
    'the open hour is not sealed at the end',
    ending('endingSchedule', (endingSchedule) => (times) => ({
      ...endingSchedule(times),
      isRipe: (hour, nowMs) => hourEndMs(hour) <= nowMs,
    })),
  ),
  mutant(
    'an ended subscription is still metered',
    finishing('finishingInLife', (finishingInLife) => (...args) => ({ ...finishingInLife(...args), isOver: false })),
  ),
  mutant(
    'a renewal counts as an end',
    ...whenAnAgreementEnds(({ kept, agreementId }) => ({ kind: 'agreementEnded', time: kept.time, agreementId })),
  ),
  mutant(
    'an agreement that runs out does not end',
    ...whenAnAgreementEnds(({ event, kept }) =>
      kept.detail.includes('"EXPIRED"') ? { kind: 'entitlementsChanged', time: kept.time } : event,
    ),
  ),
  mutant(
    'an old event overrides a newer one',
    lifecycle('applySubscriptionEvent', (apply) => (known, event) => {
      const after = apply({ ...known, begunAt: undefined }, event);
      return { ...after, begunAt: after.begunAt ?? known.begunAt };
    }),
  ),
  mutant(
    'an event is forgotten when another came between',
    following(
      'followAgreement',
      (followAgreement) => (input, deps) =>
        followAgreement(
          input,
          withoutConflicts(deps, ({ identities }) => identities !== undefined),
        ),
    ),
  ),
  mutant(
    "an agreement's event is forgotten when another came between",
    following(
      'followAgreement',
      (followAgreement) => (input, deps) =>
        followAgreement(
          input,
          withoutConflicts(deps, ({ identities }) => identities === undefined),
        ),
    ),
  ),
  mutant(
    'a registration is forgotten when an event came between',
    registering(
      'storeRegistration',
      (storeRegistration) => (buyer, deps) =>
        storeRegistration(
          buyer,
          withoutConflicts(deps, () => true),
        ),
    ),
  ),
  mutant(
    'the seller gets no notice',
    transaction(
      'saveChange',
      (saveChange) =>
        (database, { before, after }, ...extras) =>
          saveChange(database, { before, after }, ...extras),
    ),
  ),
  mutant(
    'what AWS announces is not told',
    method(DynamoDbSubscriptions, 'tell', () => async () => 'told'),
  ),
  mutant(
    'a subscription has no version',
    writes(
      'writeTogether',
      (writeTogether) => (writing, parts) =>
        writeTogether(
          writing,
          parts.map((part) =>
            part.Update?.ExpressionAttributeValues?.[':before'] === undefined
              ? part
              : { Update: onCondition(undefined, part.Update) },
          ),
        ),
      'lambdas/shared/stores/subscriptions-transaction',
    ),
  ),
  // Periods of subscription
  mutant(
    'usage from between two periods is billed',
    periods('isLapsed', () => () => false),
  ),
  mutant(
    'an event older than the last one is missing in the periods',
    periods('withLifeFact', (withLifeFact) => (known, fact) => {
      const newest = known.life?.at(-1);
      return newest !== undefined && newest.at > fact.at ? (known.life ?? []) : withLifeFact(known, fact);
    }),
  ),
  mutant(
    'usage that landed between two periods is rejected with the hour',
    sealing('sealingOf', (sealingOf) => (input) => {
      const { fold, hourKey } = input;
      return isLapsed(hourKey.hour, input.periods)
        ? sealingOf({ ...input, fold: new Map([...fold].map(([key, { usedIn: _, ...event }]) => [key, event])) })
        : sealingOf(input);
    }),
  ),
  // Zero records
  mutant(
    'a 0 is sent for a subscription that ends',
    zeroRecords('sendsZeroRecords', (sendsZeroRecords) => (_state, what) => sendsZeroRecords('active', what)),
  ),
  mutant(
    'the chain of zero records breaks',
    zeroHours('zeroHourToOpen', () => async () => undefined),
  ),
  mutant(
    'zero records do not begin with the subscription',
    zeroHours('beginZeroRecords', () => async () => []),
  ),
  // Moving
  mutant(
    'a customer moves from the current hour on',
    moving('moveToLicense', (moveToLicense) => (customer, license, nowMs) => {
      const result = moveToLicense(customer, license, nowMs);
      if (result.outcome !== 'moved') return result;
      return { ...result, subscription: { ...result.subscription, licenseFrom: hourOf(nowMs) } };
    }),
  ),
  mutant(
    'a moved customer is metered by licence for every hour',
    moving('customerOf', (customerOf) => (customer, hour) => customerOf(movedFrom(customer, hour), hour)),
    moving('identityModeOf', (identityModeOf) => (customer, hour) => identityModeOf(movedFrom(customer, hour), hour)),
  ),
  mutant(
    'a moved customer is still metered by identifier',
    moving('customerOf', (customerOf) => (customer, hour) => customerOf(movedFrom(customer, undefined), hour)),
    moving(
      'identityModeOf',
      (identityModeOf) => (customer, hour) => identityModeOf(movedFrom(customer, undefined), hour),
    ),
  ),
  mutant(
    'a move leaves the licence to the next buyer',
    moveCustomers('moveCustomers', (original) => (mappings, options, deps) => {
      const subscriptions = withSave(deps.subscriptions, (change) =>
        deps.subscriptions.save(change, { identities: [] }),
      );
      return original(mappings, options, { ...deps, subscriptions });
    }),
  ),
];

/** Changes how agreement events about an end are read, both on arrival and after they waited. */
function whenAnAgreementEnds(read: (told: AgreementEvent) => AgreementEvent['event']) {
  const reread = <Told extends { kind: string }>(told: Told | AgreementEvent): Told | AgreementEvent =>
    isEndOfAgreement(told) ? { ...told, event: read(told) } : told;
  return [
    agreementEvents('toAgreementEvent', (toAgreementEvent) => (input) => reread(toAgreementEvent(input))),
    agreementEvents('ofKeptEvent', (ofKeptEvent) => (kept) => reread(ofKeptEvent(kept))),
  ];
}

function isEndOfAgreement(told: { kind: string } | AgreementEvent): told is AgreementEvent {
  return told.kind === 'agreement' && 'kept' in told && told.kept.detailType.startsWith('Purchase Agreement Ended');
}

/** Applies to customers who have moved; all others are metered as usual. */
function movedFrom<Customer extends { licenseFrom?: Hour | undefined }>(customer: Customer, hour: Hour | undefined) {
  return customer.licenseFrom === undefined ? customer : { ...customer, licenseFrom: hour };
}

type Saving = Pick<SubscriptionStore, 'save'>;

/** Reports success although another write came in between. */
function withoutConflicts<Deps extends { subscriptions: Saving }>(
  deps: Deps,
  isMeant: (extras: ChangeExtras) => boolean,
): Deps {
  const { subscriptions } = deps;
  const save: Saving['save'] = async (change, extras = {}) => {
    const result = await subscriptions.save(change, extras);
    return isMeant(extras) ? 'saved' : result;
  };
  return { ...deps, subscriptions: withSave(subscriptions, save) };
}

/** The store with one method replaced. Its private fields require `this` to be the store itself. */
function withSave<Store extends Saving>(store: Store, save: Saving['save']): Store {
  return new Proxy(store, {
    get(target, key) {
      if (key === 'save') return save;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
