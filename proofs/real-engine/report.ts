import { usageAnswers, type UsageAnswer } from '../actors/seller-application';
import { exact } from '../simulation/exact';
import type { Reported } from './books';
import type { EngineWorld } from './engine-world';
import { newUsage, someUsage } from './some-usage';
import { WIDE } from './settings';

const MAX_TRIES = 12;

/** The seller's application reports usage, and repeats the request until every event has its answer. */
export async function report(world: EngineWorld): Promise<void> {
  const { dice } = world;
  const events: Reported[] = [];
  const count = dice.pick([2, 5, 8, 14, 40]);
  for (let n = 0; n < count; n += 1) {
    const event = someUsage(world);
    if (event === undefined) break;
    events.push(event);
    if (dice.chance(0.04)) {
      world.count('sameIdInRequest');
      events.push({ ...event, quantity: dice.pick(['1', '2', '3']) });
    }
  }
  await send(world, events);
}

/** More dimensions than fit one call of BatchMeterUsage. */
export async function reportWide(world: EngineWorld): Promise<void> {
  await send(
    world,
    WIDE.map((dimension) => newUsage(world, dimension)).filter((event) => event !== undefined),
  );
}

export async function reportTwiceAtOnce(world: EngineWorld): Promise<void> {
  const events = Array.from({ length: 5 }, () => newUsage(world)).filter((event) => event !== undefined);
  await Promise.all([send(world, events), send(world, [...events].reverse())]);
  world.count('reportedTwiceAtOnce', events.length);
}

async function send(world: EngineWorld, events: readonly Reported[]): Promise<void> {
  if (events.length === 0) return;
  const malformed = world.dice.chance(0.1) ? world.dice.pick(MALFORMED) : undefined;
  const body = [...events.map(toJson), ...(malformed ? [malformed] : [])];
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const answers = await post(world, body);
    const line = answers === undefined ? 'no answer' : wordsOf(answers);
    world.tell(`  reported ${events.length}${tries > 1 ? ` (try ${tries})` : ''}: ${line}`);
    if (answers === undefined || answers.some(({ status }) => status === 'retry')) continue;
    for (const [n, event] of events.entries()) book(world, event, { answer: answers[n], isFirst: isFirst(events, n) });
    if (malformed) {
      world.count('malformedReport');
      if (answers.at(-1)?.status !== 'rejected')
        world.violate({ invariant: 'onlyAccepted', what: `${malformed} is answered ${answers.at(-1)?.status}` });
    }
    return;
  }
  world.violate({ invariant: 'answered', what: `a report of ${events.length} had no answer in ${MAX_TRIES} tries` });
}

async function post({ running }: EngineWorld, body: readonly string[]): Promise<UsageAnswer[] | undefined> {
  const response = await running.application.post('/usage', `[${body.join()}]`);
  return response.ok ? usageAnswers(response) : undefined;
}

interface Answered {
  answer: UsageAnswer | undefined;
  /** Whether it is the first event with its id in the request. */
  isFirst: boolean;
}

/** Books an answer, and checks it against the answer that the event must get. */
function book(world: EngineWorld, event: Reported, { answer, isFirst }: Answered): void {
  const { books, presumed } = world;
  const { pk, isUsage, dimension, quantity, timeMs, tags } = event;
  const isKnown = books.used.has(pk);
  const what = `${pk} ${dimension} ${quantity} at ${new Date(timeMs).toISOString()}`;
  const version = { dimension, quantity: exact(quantity), timeMs, tags };
  switch (answer?.status) {
    case 'accepted':
      if (!isUsage) world.violate({ invariant: 'onlyAccepted', what: `${what} is accepted, and cannot be usage` });
      if (isKnown && !presumed.delete(pk))
        world.violate({ invariant: 'firstVersion', what: `${what} is accepted a second time` });
      books.used.set(pk, version);
      world.reported.push(event);
      return;
    case 'duplicate':
      // An unanswered try (ours or the client's) or a concurrent request stored the same event. The check of the tables
      // compares the stored event with this one.
      if (isKnown || !isFirst) return;
      presumed.add(pk);
      books.used.set(pk, version);
      world.reported.push(event);
      return;
    default:
      if (isUsage) world.violate({ invariant: 'answered', what: `${what} is answered ${answer?.reason ?? 'nothing'}` });
  }
}

function isFirst(events: readonly Reported[], n: number): boolean {
  return events.findIndex(({ pk }) => pk === events[n]?.pk) === n;
}

function toJson({ id, subscriptionId, dimension, quantity, timeMs, tags }: Reported): string {
  // JSON.stringify would round the number.
  const rest = { id, subscriptionId, dimension, time: new Date(timeMs).toISOString(), tags };
  return `{"quantity":${quantity},${JSON.stringify(rest).slice(1)}`;
}

const MALFORMED = [
  '7',
  '{"id":"x"}',
  '{"id":"x","subscriptionId":"s-nobody","dimension":"d0","quantity":1,"time":"2026-11-23T05:17:00Z"}',
  '{"id":"x","subscriptionId":"s-nobody","dimension":"d0","quantity":"many","time":"2026-11-23T05:17:00Z"}',
];

/** `accepted 12, duplicate 1`. */
function wordsOf(answers: readonly UsageAnswer[]): string {
  const counts = new Map<string, number>();
  for (const { status, reason } of answers) counts.set(reason ?? status, (counts.get(reason ?? status) ?? 0) + 1);
  return [...counts].map(([word, times]) => `${word} ${times}`).join(', ');
}
