import { describe, expect, it } from 'vitest';
import { AGGREGATE_USAGE, METER_USAGE } from '../../lambdas/shared/contract/functions';
import { resourcesOf } from './promises/promised';
import { parseSchedule } from '../../local/stack/schedule-expression';
import { aConfiguration, aTemplate } from './synthesized';

const resources = resourcesOf(aTemplate().toJSON().Resources);
const valueOf = (name: string, property: string) => Number(resources.get(name)?.Properties[property]);
const timeoutOf = (name: string) => valueOf(name, 'Timeout');

/** API Gateway gives up after 30 seconds, and its answer tells nobody what to do. */
const API_GATEWAY_SECONDS = 30;
const SCHEDULE_SECONDS = 300;
/** The clients' settings: `test/runtime/aws-clients.test.ts`. */
const REGISTRATION_CALL_SECONDS = 3 * (2 + 5);
const ENTITLEMENT_CALL_SECONDS = 3 * (2 + 5);
const METERING_CALL_SECONDS = 3 + 20;

describe('the timeouts of the functions', () => {
  it.each([
    'RegistrationsRegisterSubscription',
    'RegistrationsCompleteRegistration',
    'RegistrationsExchangeRegistration',
    'UsageEventsRecordUsage',
    'SubscriptionStatusDescribeSubscription',
  ])('%s answers before API Gateway gives up', (name) => {
    expect(timeoutOf(name)).toBeLessThan(API_GATEWAY_SECONDS);
  });

  it('a registration outlasts the three attempts of its call, so that the buyer sees our page', () => {
    expect(timeoutOf('RegistrationsRegisterSubscription')).toBeGreaterThan(REGISTRATION_CALL_SECONDS + 2);
  });

  it('a sweep of entitlements ends before the next starts', () => {
    expect(timeoutOf('EntitlementsRefreshEntitlements')).toBeLessThan(SCHEDULE_SECONDS);
  });

  it('metering starts calls for 98 % of the time until its next run starts, and none beside that', () => {
    const lastCall = timeoutOf('MeteringMeterUsage') - METER_USAGE.stopBeforeTimeoutSeconds;
    expect(lastCall).toBeGreaterThanOrEqual(0.98 * SCHEDULE_SECONDS);
    expect(lastCall).toBeLessThan(SCHEDULE_SECONDS);
  });

  it('metering stops early enough to end the call in progress and to store its answers', () => {
    expect(METER_USAGE.stopBeforeTimeoutSeconds).toBeGreaterThan(METERING_CALL_SECONDS);
  });

  it('the entitlements of a whole batch of changes can be read, five at a time, though every call is slow', () => {
    const rounds = valueOf('EntitlementsStreamMapping', 'BatchSize') / 5;
    expect(timeoutOf('EntitlementsRefreshEntitlements')).toBeGreaterThan(rounds * ENTITLEMENT_CALL_SECONDS);
  });

  it('aggregation stops early enough to place the tallies in progress, though writers compete for their hours', () => {
    // Eight waits of 25 to 200 ms, in each of ten hours that a late tally may have to walk.
    const conflictSeconds = 0.025 * (1 + 2 + 3 + 4 + 5 + 6 + 7 + 8);
    expect(AGGREGATE_USAGE.stopBeforeTimeoutSeconds).toBeGreaterThan(10 * conflictSeconds);
    expect(timeoutOf('UsageTalliesAggregateUsage')).toBeGreaterThan(4 * AGGREGATE_USAGE.stopBeforeTimeoutSeconds);
  });

  it('the messages of a batch of AWS Marketplace have three seconds each', () => {
    const seconds = timeoutOf('SubscriptionsFollowAgreement') / valueOf('SubscriptionsMapping', 'BatchSize');
    expect(seconds).toBeGreaterThanOrEqual(3);
  });
});

describe('the queue of AWS Marketplace', () => {
  it('hides a message for six timeouts of its function, so that no message is handled twice at once', () => {
    expect(valueOf('SubscriptionsQueue', 'VisibilityTimeout')).toBe(6 * timeoutOf('SubscriptionsFollowAgreement'));
  });

  it('tries a message for half an hour before it moves to the dead-letter queue', () => {
    const { maxReceiveCount } = resources.get('SubscriptionsQueue')?.Properties.RedrivePolicy;
    expect(maxReceiveCount * valueOf('SubscriptionsQueue', 'VisibilityTimeout')).toBe(30 * 60);
  });

  it('keeps a dead message for two weeks from when it was sent', () => {
    expect(valueOf('SubscriptionsDeadLetterQueue', 'MessageRetentionPeriod')).toBe(14 * 86_400);
    expect(valueOf('SubscriptionsQueue', 'MessageRetentionPeriod')).toBe(14 * 86_400);
  });
});

describe('the queue of metering', () => {
  it('hides a message for six timeouts of its function, and keeps it for longer', () => {
    const hidden = valueOf('MeteringEndingRemindersQueue', 'VisibilityTimeout');
    expect(hidden).toBe(6 * timeoutOf('MeteringMeterUsage'));
    expect(valueOf('MeteringEndingRemindersQueue', 'MessageRetentionPeriod')).toBeGreaterThan(hidden);
  });
});

describe('the streams', () => {
  it.each(['NoticesStreamMapping', 'EntitlementsStreamMapping', 'UsageTalliesStreamMapping', 'MeteringEndingsMapping'])(
    '%s gives a batch up long before the stream forgets it, and while AWS still accepts its hours',
    (name) => {
      const hours = valueOf(name, 'MaximumRecordAgeInSeconds') / 3600;
      // The stream keeps records for 24 hours. AWS accepts an hour for 24 hours.
      expect(hours).toBeLessThanOrEqual(24 - 16);
    },
  );

  it('raise their alarm long before a batch is given up', () => {
    const threshold = valueOf('UsageStreamBehind', 'Threshold') / 1000;
    expect(threshold).toBeLessThan(valueOf('UsageTalliesStreamMapping', 'MaximumRecordAgeInSeconds') / 2);
  });
});

describe('the schedules', () => {
  it.each([
    ['MeteringEveryHour', 'MeteringMeterUsage'],
    ['MeteringCatchUp', 'MeteringMeterUsage'],
    ['EntitlementsSweep', 'EntitlementsRefreshEntitlements'],
  ])('%s drops a run of %s that has not started when the next is due, and never repeats one', (rule, name) => {
    const [{ RetryPolicy }] = resources.get(rule)?.Properties.Targets;
    expect(RetryPolicy.MaximumEventAgeInSeconds).toBeLessThanOrEqual(SCHEDULE_SECONDS);
    expect(valueOf(`${name}EventInvokeConfig`, 'MaximumRetryAttempts')).toBe(0);
  });

  it.each([1, 5, 50])(
    'meter every five minutes together, and never at once, at minute %i of the hour first',
    (graceMinutes) => {
      const { Resources } = aTemplate({ configuration: aConfiguration({ usage: { graceMinutes } }) }).toJSON();
      const startsOf = (rule: string) => {
        const { next } = parseSchedule(resourcesOf(Resources).get(rule)?.Properties.ScheduleExpression);
        const starts: number[] = [];
        for (let ms = next(0, 0); ms < 86_400_000; ms = next(ms, 0)) starts.push(ms / 1000);
        return starts;
      };
      const hourly = startsOf('MeteringEveryHour');
      expect(hourly).toEqual(Array.from({ length: 24 }, (_, hour) => hour * 3600 + graceMinutes * 60));
      const all = [...hourly, ...startsOf('MeteringCatchUp')].sort((a, b) => a - b);
      const pauses = all.slice(1).map((start, index) => start - (all[index] ?? NaN));
      expect(new Set(pauses)).toEqual(new Set([SCHEDULE_SECONDS]));
    },
  );
});
