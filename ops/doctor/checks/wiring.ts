import * as z from 'zod';
import { attention, failed, notChecked, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

/** A rule of EventBridge as it is now. */
export interface RuleNow {
  /** The logical id without CDK's hash. */
  name: string;
  isEnabled: boolean;
  isSchedule: boolean;
  targets: readonly string[];
}

export interface QueueNow {
  name: string;
  arn: string;
  policy: string | undefined;
  /** The queue whose messages it takes, if it is a dead-letter queue. */
  sourceArn: string | undefined;
}

export interface MappingNow {
  name: string;
  /** `Enabled`, or what Lambda says instead. */
  state: string;
}

export interface SubscriptionNow {
  name: string;
  isConfirmed: boolean;
  endpoint: string;
}

const EVENTS = 'events of AWS Marketplace';
const QUEUES = 'queues';
const POLICIES = 'queue policies';
const MAPPINGS = 'event source mappings';
const SCHEDULES = 'schedules';
const TOPICS = 'topics of older products';
const DELAYED = 'docs/runbook.md#license-events-delayed';
const REDEPLOY = 'Somebody changed it by hand: change it back in the console, or deploy the stack again.';

/** Licences and agreements become known only by this rule. */
export function checkEventsRule(reading: Reading<{ rules: readonly RuleNow[]; queueArns: readonly string[] }>) {
  return whenRead(EVENTS, reading, ({ rules, queueArns }) => {
    const rule = rules.find(({ isSchedule }) => !isSchedule);
    if (rule === undefined)
      return failed(EVENTS, 'The stack has no rule for the events of AWS Marketplace.', {
        todo: 'Deploy the stack again.',
        see: DELAYED,
      });
    if (!rule.isEnabled)
      return failed(EVENTS, `The rule ${rule.name} is disabled: no licence becomes active.`, {
        todo: 'Enable the rule in EventBridge; then compare the subscriptions with the agreements in the portal.',
        see: DELAYED,
      });
    if (!rule.targets.some((target) => queueArns.includes(target)))
      return failed(EVENTS, `The rule ${rule.name} has no queue of the stack as its target.`, {
        todo: REDEPLOY,
        see: DELAYED,
      });
    return ok(EVENTS, 'The rule is enabled and leads to the queue.');
  });
}

/** Metering and entitlements run by schedules. */
export function checkSchedules(reading: Reading<readonly RuleNow[]>): Finding[] {
  return whenRead(SCHEDULES, reading, (rules) => {
    const schedules = rules.filter(({ isSchedule }) => isSchedule);
    const off = schedules.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name);
    if (off.length === 0) return ok(SCHEDULES, `All ${schedules.length} are enabled.`);
    return failed(SCHEDULES, `Disabled: ${off.join(', ')}. Usage is not billed while metering stands still.`, {
      todo: 'Enable the rules in EventBridge. AWS takes an hour of usage for 24 hours.',
      see: 'docs/runbook.md#metering-not-running',
    });
  });
}

/** A queue that is gone fails to be read, which is a finding, too. */
export function checkQueues(reading: Reading<readonly QueueNow[]>): Finding[] {
  return whenRead(QUEUES, reading, (queues) => {
    const dead = queues.filter(({ sourceArn }) => sourceArn !== undefined);
    if (dead.length > 0) return ok(QUEUES, `All ${queues.length} are there, ${dead.length} for dead letters.`);
    return failed(QUEUES, 'No queue has a dead-letter queue: an event that fails ten times is lost.', {
      todo: REDEPLOY,
      see: 'docs/runbook.md#license-events-dead',
    });
  });
}

/** The queue takes events of the rule and, with older products, notifications of AWS's topics. */
export function checkQueuePolicies(
  reading: Reading<readonly QueueNow[]>,
  { targets, needsTopics }: { targets: readonly string[]; needsTopics: boolean },
): Finding[] {
  return whenRead(POLICIES, reading, (queues) => {
    const services = ['events.amazonaws.com', ...(needsTopics ? ['sns.amazonaws.com'] : [])];
    const receiving = queues.filter(({ arn }) => targets.includes(arn));
    if (receiving.length === 0) return notChecked(POLICIES, 'No queue of the stack is the target of the rule.');
    const missing = receiving.flatMap(({ name, policy }) =>
      services.filter((service) => !letsIn(policy, service)).map((service) => `${name} (${service})`),
    );
    if (missing.length === 0) return ok(POLICIES, `They let in ${services.join(' and ')}.`);
    return failed(POLICIES, `These let nothing in from: ${missing.join(', ')}.`, { todo: REDEPLOY, see: DELAYED });
  });
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policyDocument = z.object({
  Statement: z.array(z.object({ Effect: z.string(), Principal: z.unknown(), Action: oneOrMore.default([]) })),
});
const servicePrincipal = z.object({ Service: oneOrMore });

/** Conditions are not looked at: they name the rule and the topics, which a person rarely changes. */
function letsIn(policy: string | undefined, service: string): boolean {
  if (policy === undefined) return false;
  return policyDocument.parse(JSON.parse(policy)).Statement.some(({ Effect, Principal, Action }) => {
    const services = servicePrincipal.safeParse(Principal).data?.Service ?? [];
    return (
      Effect === 'Allow' &&
      services.includes(service) &&
      Action.some((action) => /^sqs:(SendMessage|\*)$/i.test(action))
    );
  });
}

export function checkMappings(reading: Reading<readonly MappingNow[]>): Finding[] {
  return whenRead(MAPPINGS, reading, (mappings) => {
    const off = mappings.filter(({ state }) => state !== 'Enabled').map(({ name, state }) => `${name} (${state})`);
    if (off.length === 0) return ok(MAPPINGS, `All ${mappings.length} are enabled.`);
    return failed(MAPPINGS, `Not enabled: ${off.join(', ')}. A stream forgets after 24 hours.`, {
      todo: 'Enable them in Lambda; then `npm run ops -- redrive --since` finds what was missed.',
      see: 'docs/runbook.md#usage-stream-behind',
    });
  });
}

/** `expected`: how many topics the older products of the configuration have. */
export function checkTopics(reading: Reading<readonly SubscriptionNow[]>, expected: number): Finding[] {
  if (expected === 0) return [ok(TOPICS, 'The configuration has no older products.')];
  return whenRead(TOPICS, reading, (subscriptions) => {
    const pending = subscriptions.filter(({ isConfirmed }) => !isConfirmed).map(({ name }) => name);
    if (pending.length > 0)
      return attention(TOPICS, `Not confirmed: ${pending.join(', ')}.`, {
        todo: 'Deploy the stack again.',
        see: DELAYED,
      });
    if (subscriptions.length < expected)
      return failed(TOPICS, `The stack subscribes to ${subscriptions.length} of ${expected} topics.`, {
        todo: 'Deploy the configuration with the older products.',
        see: DELAYED,
      });
    return ok(TOPICS, `The queue is subscribed to all ${expected}.`);
  });
}
