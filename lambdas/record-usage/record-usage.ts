import pMap from 'p-map';
import type { Product } from '../shared/contract/seller-configuration';
import { hourOf } from '../shared/domain/hour';
import { isLapsed, periodsOf } from '../shared/domain/periods';
import { STATES_ACCEPTING_USAGE, type Subscription } from '../shared/domain/subscription';
import { refusalOf, usageEventKey, type UsageEvent, type UsageRefusal } from '../shared/domain/usage-event';
import type { Clock } from '../shared/runtime/ports';
import type { Counters } from '../shared/runtime/metrics';
import type { SubscriptionGlancer } from '../shared/stores/subscriptions';
import type { UsageEventStore } from '../shared/stores/usage-events';
import { parseUsageEvents, type ParsedUsage } from './parse-usage-events';

export interface RecordUsageDeps {
  subscriptions: SubscriptionGlancer;
  usageEvents: UsageEventStore;
  products: ReadonlyMap<string, Product>;
  latenessHours: number;
  eventRetentionDays: number;
  clock: Clock;
  counters: Counters<'record-usage'>;
  onFailure(error: unknown): void;
}

/** The answer to one event. `retry`: the event is not stored; send it again. */
export type UsageAnswer = { id?: string } & (
  | { status: 'accepted' }
  /** `contentDiffers`: the stored event has another quantity or dimension, or other tags. Its sender may reuse ids. */
  | { status: 'duplicate'; contentDiffers?: true }
  | { status: 'retry'; message: string }
  | ({ status: 'rejected' } & UsageRefusal)
);

const STATUSES = ['accepted', 'duplicate', 'retry', 'rejected'] as const satisfies readonly UsageAnswer['status'][];
type Stored = Exclude<UsageAnswer, { status: 'rejected' }>;

const CONCURRENCY = 50;
const DAY_SECONDS = 86_400;
const RETRY_MESSAGE = 'The event could not be stored. Send the same event with the same id again.';

/**
 * Stores reported usage, each event once: an event with a known id is a duplicate, whatever else it contains.
 * @returns one answer per event, in order.
 * @throws HttpError when the whole request cannot be read.
 */
export async function recordUsage(
  { contentType, body }: { contentType: string | undefined; body: string },
  deps: RecordUsageDeps,
): Promise<UsageAnswer[]> {
  const receivedAtMs = deps.clock.now();
  const reported = parseUsageEvents(contentType, body);
  const known = await subscriptionsOf(reported, deps);
  const stored = new Map<string, Promise<Stored>>();
  const answers = await pMap(
    reported,
    async (parsed): Promise<UsageAnswer> => {
      const id = parsed.id === undefined ? {} : { id: parsed.id };
      if ('problem' in parsed) return { ...id, status: 'rejected', reason: 'malformed', message: parsed.problem };
      if (known === 'unavailable') return { ...id, status: 'retry', message: RETRY_MESSAGE };
      const event = { ...parsed.event, receivedAtMs };
      const refusal = refusalByState(event, known.get(event.subscriptionId), deps) ?? refusalOf(event, deps);
      if (refusal) return { ...id, status: 'rejected', ...refusal };
      const name = `${event.subscriptionId}#${usageEventKey(event)}`;
      // If an id occurs twice in a request, the first event counts, so the second waits for its result.
      const earlier = stored.get(name);
      const storing =
        earlier === undefined
          ? store(event, deps)
          : earlier.then((answer) => (answer.status === 'retry' ? answer : store(event, deps)));
      stored.set(name, storing);
      return { ...id, ...(await storing) };
    },
    { concurrency: CONCURRENCY },
  );
  countAnswers(answers, deps.counters);
  return answers;
}

/**
 * The subscriptions that the request names. A glance costs half as much and may be outdated, so it refuses nothing: a
 * subscription that would refuse an event is read again. An event that an outdated glance accepts is billed or told like
 * one of a moment earlier: aggregation never decides by the subscription, the last hour waits for such an event
 * (`endingSchedule`), and sealing decides by the periods.
 */
async function subscriptionsOf(
  reported: readonly ParsedUsage[],
  deps: RecordUsageDeps,
): Promise<Map<string, Subscription> | 'unavailable'> {
  const { subscriptions, onFailure } = deps;
  const events = reported.flatMap((parsed) => ('event' in parsed ? [parsed.event] : []));
  const idsOf = (named: typeof events) => [...new Set(named.map(({ subscriptionId }) => subscriptionId))];
  try {
    const seen = await subscriptions.glance(idsOf(events));
    const refused = events.filter((event) => refusalByState(event, seen.get(event.subscriptionId), deps));
    return new Map([...seen, ...(await subscriptions.getMany(idsOf(refused)))]);
  } catch (error) {
    onFailure(error);
    return 'unavailable';
  }
}

/** Why the subscription or the configuration refuses the event. */
function refusalByState(
  { dimension, tags, timeMs }: Pick<UsageEvent, 'dimension' | 'tags' | 'timeMs'>,
  subscription: Subscription | undefined,
  { products }: RecordUsageDeps,
): UsageRefusal | undefined {
  if (subscription === undefined)
    return { reason: 'unknownSubscription', message: 'No subscription has this id: check subscriptionId.' };
  if (!STATES_ACCEPTING_USAGE.has(subscription.state)) {
    const reason = subscription.state === 'ending' ? 'subscriptionEnding' : 'subscriptionEnded';
    return {
      reason,
      message: `The subscription is ${subscription.state}: AWS Marketplace accepts no new usage of it.`,
    };
  }
  // The hours of a gap that is not known yet are rejected when they are sealed.
  if (isLapsed(hourOf(timeMs), periodsOf(subscription)))
    return {
      reason: 'notSubscribedThen',
      message: 'Nobody was subscribed at this time: AWS Marketplace bills no usage between two periods.',
    };
  const product = products.get(subscription.productCode);
  if (product?.pricingModel === 'contract')
    return { reason: 'notMetered', message: 'This product is sold by contract: do not report its usage.' };
  if (!product?.dimensions.some(({ apiName }) => apiName === dimension)) {
    const names = product?.dimensions.slice(0, 10).map(({ apiName }) => apiName) ?? [];
    return {
      reason: 'unknownDimension',
      message: `The product does not have this dimension (case-sensitive). It has: ${names.join(', ')}.`,
    };
  }
  if (Object.keys(tags).every((key) => product.allocationTagKeys.includes(key))) return undefined;
  const allowed = product.allocationTagKeys.join(', ') || 'none';
  return { reason: 'tagNotAllowed', message: `Use only tag keys in the product's allocationTagKeys (${allowed}).` };
}

async function store(
  event: UsageEvent,
  { usageEvents, eventRetentionDays, onFailure }: RecordUsageDeps,
): Promise<Stored> {
  const expiresAtSeconds = Math.ceil(event.receivedAtMs / 1000) + eventRetentionDays * DAY_SECONDS;
  try {
    switch (await usageEvents.put(event, expiresAtSeconds)) {
      case 'stored':
        return { status: 'accepted' };
      case 'duplicate':
        return { status: 'duplicate' };
      case 'differs':
        return { status: 'duplicate', contentDiffers: true };
    }
  } catch (error) {
    onFailure(error);
    return { status: 'retry', message: RETRY_MESSAGE };
  }
}

function countAnswers(answers: readonly UsageAnswer[], counters: Counters<'record-usage'>): void {
  const counts = { accepted: 0, duplicate: 0, retry: 0, rejected: 0 };
  for (const answer of answers) {
    counts[answer.status] += 1;
    if (answer.status === 'rejected') counters.count('UsageEventsRejected', 1, { reason: answer.reason });
  }
  const differing = answers.filter((answer) => 'contentDiffers' in answer);
  counters.count('UsageEventsDiffering', differing.length);
  for (const status of STATUSES) counters.count(`UsageEvents.${status}`, counts[status]);
}
