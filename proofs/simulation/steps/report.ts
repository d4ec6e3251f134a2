import type { UsageAnswer } from '../../../lambdas/record-usage/record-usage';
import type { Version } from '../books/books';
import { exact } from '../exact';
import { startRecording } from '../functions';
import type { ReportedEvent, Task, World } from '../world';
import { someEvent } from './some-event';

const MINUTE_MS = 60_000;

/** The seller's application reports usage: new events, old ones again, and whatever its bugs make of them. */
export function report(world: World): Task[] {
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
  return events.length === 0 ? [] : [post(world, events)];
}

function post(world: World, events: readonly ReportedEvent[]): Task {
  const isCloudEvents = events.every(({ source }) => source !== '');
  const body = `[${events.map((event) => (isCloudEvents ? cloudEventJson(event) : plainJson(event))).join()}]`;
  const posted = events.map((event) => identified(event, isCloudEvents));
  const versions = posted.map((event) => versionOf(world, event));
  for (const [index, event] of posted.entries()) {
    const version = versions[index];
    if (version) world.books.report(event.pk, version);
  }
  const { nowMs: fromMs } = world.timeline;
  const invocation = startRecording(
    world,
    body,
    isCloudEvents ? 'application/cloudevents-batch+json' : 'application/json',
  );
  const finish = () => {
    if (invocation.state !== 'done') {
      world.tell(`  reported ${events.length}: ${invocation.state}`);
      world.unanswered.push(...posted);
      return;
    }
    const answers = invocation.result as readonly UsageAnswer[];
    world.tell(() => `  reported ${posted.map((event, n) => `${line(event)} ${wordOf(answers[n])}`).join('; ')}`);
    for (const [n, event] of posted.entries()) {
      const version = versions[n];
      const states = world.books.statesOf(event.subscriptionId, fromMs, world.timeline.nowMs);
      if (version) check(world, event, { version, answer: answers[n], states });
    }
  };
  return { invocation, finish };
}

/** A plain event has no source. */
function identified(event: ReportedEvent, isCloudEvents: boolean): ReportedEvent {
  if (isCloudEvents) return event;
  return { ...event, source: '', pk: `${event.subscriptionId}##${event.id}` };
}

function versionOf({ functionClock, settings }: World, event: ReportedEvent): Version | undefined {
  const ageMs = functionClock.now() - event.timeMs;
  const isUsage = ageMs >= -5 * MINUTE_MS && ageMs <= settings.latenessHours * 60 * MINUTE_MS;
  const { dimension, quantityText, timeMs, tags } = event;
  return { dimension, quantity: exact(quantityText), timeMs, tags, isUsage };
}

interface Answered {
  version: Version;
  answer: UsageAnswer | undefined;
  /** Every state that the subscription had while the request was under way; `none`: it was not stored. */
  states: readonly string[];
}

/** The state that each refusal speaks of. */
const STATE_OF: Readonly<Record<string, string>> = {
  subscriptionEnding: 'ending',
  subscriptionEnded: 'ended',
  unknownSubscription: 'none',
};

/** The answer must be true, and no refusal without a reason. */
function check(world: World, event: ReportedEvent, { version, answer, states }: Answered): void {
  const { books } = world;
  const stored = books.events.get(event.pk);
  const what = (problem: string) => () => `${line(event)} ${problem}; it was ${states.join(', ')}`;
  switch (answer?.status) {
    case 'accepted':
      books.require(stored !== undefined, 'answered', what('is accepted, but not stored'));
      books.require(!world.buyers.isUnmetered(event.subscriptionId), 'neverMetered', what('is accepted'));
      books.require(states.includes('pending') || states.includes('active'), 'intake', what('is accepted'));
      return books.require(version.isUsage, 'answered', what('is accepted, but cannot be usage'));
    case 'duplicate':
      return books.require(stored !== undefined, 'answered', what('is no duplicate: it is not stored'));
    case 'rejected': {
      if (answer.reason === 'notMetered') {
        world.count('unmeteredUsed');
        return books.require(
          world.buyers.isUnmetered(event.subscriptionId),
          'answered',
          what('is refused as not metered'),
        );
      }
      const state = STATE_OF[answer.reason];
      if (state === undefined)
        return books.require(!version.isUsage, 'answered', what(`is refused as ${answer.reason}`));
      return books.require(states.includes(state), 'intake', what(`is refused as ${answer.reason}`));
    }
    default:
      world.unanswered.push(event);
  }
}

const line = ({ subscriptionId, source, id, dimension, quantityText, timeMs }: ReportedEvent) =>
  `${subscriptionId.slice(0, 6)} ${source}#${id} ${dimension} ${quantityText} at ${new Date(timeMs).toISOString()}`;

const wordOf = (answer: UsageAnswer | undefined) =>
  answer?.status === 'rejected' ? answer.reason : (answer?.status ?? 'no answer');

function plainJson({ id, subscriptionId, dimension, quantityText, timeMs, tags }: ReportedEvent): string {
  const rest = { id, subscriptionId, dimension, time: new Date(timeMs).toISOString(), tags };
  return `{"quantity":${quantityText},${JSON.stringify(rest).slice(1)}`;
}

function cloudEventJson({ id, source, subscriptionId, dimension, quantityText, timeMs, tags }: ReportedEvent): string {
  return JSON.stringify({
    ...{ specversion: '1.0', type: 'usage', id, source, subject: subscriptionId, time: new Date(timeMs).toISOString() },
    data: { dimension, quantity: quantityText, tags },
  });
}
