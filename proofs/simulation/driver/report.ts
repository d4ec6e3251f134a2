import type { ReportedEvent, Version } from './books';
import type { Buyer } from './buyers';
import type { Answer } from './engine';
import { exact } from './exact';
import { isInGap } from './gaps';
import { newEvent, someEvent } from './some-event';
import type { World } from './world';
import { hourStartMs, MINUTE_MS, MOST_OUTDATED_MS } from './time';

/** The seller's application reports usage: new events, old ones again, and malformed ones. */
export function report(world: World): void {
  const { dice } = world;
  const events: ReportedEvent[] = world.unanswered.splice(0, dice.below(20));
  const count = dice.pick([2, 5, 8, 14, 28]);
  for (let n = 0; n < count; n += 1) {
    const event = someEvent(world);
    if (event === undefined) break;
    events.push(event);
    if (world.strikes('sameIdInRequest', 0.03)) {
      world.count('sameIdInRequest');
      events.push({ ...event, quantityText: dice.pick(['1', '2', '3']) });
    }
  }
  submit(world, events);
}

/** One new event of each dimension. */
export function reportEach(world: World, dimensions: readonly string[]): void {
  const events = dimensions.map((dimension) => newEvent(world, { dimension }));
  submit(
    world,
    events.filter((event) => event !== undefined),
  );
}

/** A buyer's usage at a moment when its subscription has just changed. */
export function reportOf(world: World, buyer: Buyer): void {
  const events = [newEvent(world, { of: buyer }), newEvent(world, { of: buyer })];
  submit(
    world,
    events.filter((event) => event !== undefined),
  );
}

/** Elements that are not events. */
const MALFORMED = [
  '7',
  '{"id":"x"}',
  '{"id":"x","subscriptionId":"s-nobody","dimension":"d0","quantity":1,"time":"2026-11-23T05:17:00Z"}',
  '{"id":"x","subscriptionId":"s-nobody","dimension":"d0","quantity":"many","time":"2026-11-23T05:17:00Z"}',
];

/** Sends one request, and compares its answers with what the driver knows. */
export function submit(world: World, events: readonly ReportedEvent[]): void {
  if (events.length === 0) return;
  const isCloudEvents = events.every(({ source }) => source !== '');
  const posted = events.map((event) => identified(event, isCloudEvents));
  const versions = posted.map((event) => toVersion(world, event));
  for (const [n, { pk }] of posted.entries()) world.books.report(pk, versions[n] as Version);
  const malformed = world.strikes('malformedReport', 0.1) ? world.dice.pick(MALFORMED) : undefined;
  const elements = posted.map((event) => (isCloudEvents ? cloudEventJson(event) : plainJson(event)));
  const body = `[${[...elements, ...(malformed === undefined ? [] : [malformed])].join()}]`;
  const contentType = isCloudEvents ? 'application/cloudevents-batch+json' : 'application/json';
  const { nowMs: fromMs } = world.timeline;
  world.engine.submit({ contentType, body }, (answers) => {
    if (answers === undefined) {
      world.tell(`  reported ${events.length}: no answer`);
      world.unanswered.push(...posted);
      return;
    }
    world.tell(() => `  reported ${posted.map((event, n) => `${line(event)} ${wordOf(answers[n])}`).join('; ')}`);
    for (const [n, event] of posted.entries()) {
      // The first event with its id in the request is stored.
      const isFirst = posted.findIndex(({ pk }) => pk === event.pk) === n;
      read(world, event, { version: versions[n] as Version, answer: answers[n], fromMs, isFirst });
    }
    if (malformed !== undefined) readMalformed(world, malformed, answers[posted.length]);
  });
}

/** A plain event has no source. */
function identified(event: ReportedEvent, isCloudEvents: boolean): ReportedEvent {
  if (isCloudEvents) return event;
  return { ...event, source: '', pk: `${event.subscriptionId}##${event.id}` };
}

/** A version as the books keep it, if it is reported or put now. */
export function toVersion({ functionClock, settings }: World, event: ReportedEvent): Version {
  const ageMs = functionClock.now() - event.timeMs;
  const [earliestMs, latestMs] = [-5 * MINUTE_MS, settings.latenessHours * 60 * MINUTE_MS];
  const isUsage = ageMs >= earliestMs && ageMs <= latestMs;
  const isBorderline = [earliestMs, latestMs].some((limitMs) => Math.abs(ageMs - limitMs) < MINUTE_MS);
  const { dimension, quantityText, timeMs, tags } = event;
  return { dimension, quantity: exact(quantityText), timeMs, tags, isUsage, isBorderline };
}

interface Answered {
  version: Version;
  answer: Answer | undefined;
  fromMs: number;
  isFirst: boolean;
}

/** The state of the subscription that each refusal implies. */
const STATE_OF: Readonly<Record<string, string>> = {
  subscriptionEnding: 'ending',
  subscriptionEnded: 'ended',
  unknownSubscription: 'none',
};

/** The answer must be true, and every refusal must have a reason. */
function read(world: World, event: ReportedEvent, { version, answer, fromMs, isFirst }: Answered): void {
  const { books, buyers, engine } = world;
  const states = engine.statesSince(event.subscriptionId, fromMs);
  // Intake may accept usage by an outdated read, and may refuse none by it.
  const seen = engine.statesSince(event.subscriptionId, fromMs - MOST_OUTDATED_MS);
  const isTaken = seen.includes('pending') || seen.includes('active');
  const { isBorderline = false } = version;
  const isUnmetered = buyers.isUnmetered(event.subscriptionId);
  const what = (problem: string) => () => `${line(event)} ${problem}; it was ${states.join(', ')}`;
  if (answer?.status === 'accepted' || (answer?.status === 'duplicate' && isFirst))
    engine.book(event, version, answer.status);
  const isStored = books.events.has(event.pk);
  switch (answer?.status) {
    case 'accepted':
      books.require(isStored, 'answered', what('is accepted, but not stored'));
      books.require(!isUnmetered, 'neverMetered', what('is accepted'));
      books.require(isTaken, 'intake', what('is accepted'));
      return books.require(version.isUsage || isBorderline, 'answered', what('is accepted, but cannot be usage'));
    case 'duplicate':
      return books.require(isStored, 'answered', what('is answered duplicate, but not stored'));
    case 'rejected': {
      const { reason = '' } = answer;
      const refused = what(`is refused as ${reason}`);
      if (reason === 'notMetered') {
        world.count('unmeteredUsed');
        return books.require(isUnmetered, 'answered', refused);
      }
      if (reason === 'notSubscribedThen') {
        const isGap = isInGap(buyers, event.subscriptionId, hourStartMs(event.timeMs));
        if (isGap) world.count('usedInGap', event.pk);
        return books.require(isGap || engine.isBehind(event.subscriptionId), 'subscribedThen', refused);
      }
      if (reason === 'unknownDimension') return books.require(wasRemoved(world, event), 'answered', refused);
      const state = STATE_OF[reason];
      if (state === undefined) return books.require(!version.isUsage || isBorderline, 'answered', refused);
      return books.require(states.includes(state), 'intake', refused);
    }
    default:
      world.unanswered.push(event);
  }
}

/** Whether a configuration without the dimension was deployed, which a running function may still have. */
function wasRemoved({ books, buyers }: World, { subscriptionId, dimension }: ReportedEvent): boolean {
  return buyers
    .withSubscription(subscriptionId)
    .some(({ productCode }) => books.removedDimensions.has(`${productCode} ${dimension}`));
}

function readMalformed(world: World, malformed: string, answer: Answer | undefined): void {
  world.count('malformedReport');
  const isRefused = answer?.status === 'rejected' || answer?.status === 'retry';
  world.books.require(isRefused, 'onlyAccepted', () => `${malformed} is answered ${wordOf(answer)}`);
}

const line = ({ subscriptionId, source, id, dimension, quantityText, timeMs }: ReportedEvent) =>
  `${subscriptionId.slice(0, 6)} ${source}#${id} ${dimension} ${quantityText} at ${new Date(timeMs).toISOString()}`;

const wordOf = (answer: Answer | undefined) => answer?.reason ?? answer?.status ?? 'no answer';

function plainJson({ id, subscriptionId, dimension, quantityText, timeMs, tags }: ReportedEvent): string {
  const rest = { id, subscriptionId, dimension, time: new Date(timeMs).toISOString(), tags };
  // JSON.stringify would round the number.
  return `{"quantity":${quantityText},${JSON.stringify(rest).slice(1)}`;
}

function cloudEventJson({ id, source, subscriptionId, dimension, quantityText, timeMs, tags }: ReportedEvent): string {
  const time = new Date(timeMs).toISOString();
  const data = { dimension, quantity: quantityText, tags };
  return JSON.stringify({ specversion: '1.0', type: 'usage', id, source, subject: subscriptionId, time, data });
}
