import type { AlarmThatIsOn } from '../../installation/observation';
import { attention, failed, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

const CONCURRENCY = 'concurrency';
const SUBSCRIBER = 'alarm topic';
const ALARMS = 'alarms';
const STUCK = 'stuck work';

/** Buyers' requests at once: what `publicThrottle` lets in by default in a second, each shorter than that. */
const REQUESTS_AT_ONCE = 10;
/** A mapping of a queue or a stream has up to this many invocations at once when it has caught up. */
const PER_MAPPING = 2;

/** How many invocations can be needed at once. */
export function concurrencyNeeded({ schedules, mappings }: { schedules: number; mappings: number }): number {
  return schedules + PER_MAPPING * mappings + REQUESTS_AT_ONCE;
}

/** `unreserved`: what the account has left for all functions without a reservation of their own. */
export function checkConcurrency(reading: Reading<{ unreserved: number }>, needed: number): Finding[] {
  return whenRead(CONCURRENCY, reading, ({ unreserved }) => {
    if (unreserved >= needed)
      return ok(CONCURRENCY, `The account runs ${unreserved} functions at once, enough for ${needed}.`);
    return attention(
      CONCURRENCY,
      `The account runs ${unreserved} functions at once, and this stack can need ${needed}.`,
      {
        todo: 'Ask for more in Service Quotas: AWS Lambda, "Concurrent executions". New accounts have 10.',
        see: 'docs/deploy.md#2-the-seller-account',
      },
    );
  });
}

export function checkSubscriber(reading: Reading<{ confirmed: number; pending: number }>): Finding[] {
  return whenRead(SUBSCRIBER, reading, ({ confirmed, pending }) => {
    if (confirmed > 0) return ok(SUBSCRIBER, `Somebody is told: ${confirmed} confirmed.`);
    const says = pending > 0 ? 'The subscriber has not confirmed yet' : 'Nobody has subscribed to the topic';
    return attention(SUBSCRIBER, `${says}: alarms reach nobody.`, {
      todo: pending > 0 ? "Confirm by the link in AWS's e-mail." : 'Subscribe to the output AlarmTopicArn.',
      see: 'docs/deploy.md#6-before-it-goes-public',
    });
  });
}

/** One finding an alarm. */
export function checkAlarms(reading: Reading<readonly AlarmThatIsOn[]>): Finding[] {
  return whenRead(ALARMS, reading, (alarms) => {
    if (alarms.length === 0) return ok(ALARMS, 'None is on.');
    return alarms.map(({ name, since, description }) =>
      attention(ALARMS, `${name} is on since ${since.slice(0, 16).replace('T', ' ')} UTC.`, {
        todo: 'Follow its section of the runbook.',
        see: /docs\/runbook\.md#[\w-]+/.exec(description)?.[0] ?? 'docs/runbook.md',
      }),
    );
  });
}

/** What `stuck` found, in counts. */
export interface StuckCounts {
  hours: number;
  deadLetterQueues: number;
  streamBatches: number;
  endings: number;
}

export function checkStuck(reading: Reading<StuckCounts>): Finding[] {
  return whenRead(STUCK, reading, (counts) => {
    const { hours, deadLetterQueues, streamBatches, endings } = counts;
    if (hours + deadLetterQueues + streamBatches + endings === 0) return ok(STUCK, 'Nothing is stuck.');
    return failed(
      STUCK,
      `Hours: ${hours}; queues with dead letters: ${deadLetterQueues}; stream batches: ${streamBatches}; endings: ${endings}.`,
      { todo: 'Run `npm run ops -- stuck`.', see: 'docs/runbook.md#the-operators-commands' },
    );
  });
}
