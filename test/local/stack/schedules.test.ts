import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { SimulatedClock } from '../../../simulator';
import { parseSchedule } from '../../../local/stack/schedule-expression';
import type { LocalStack } from '../../../local/stack/local-stack';
import { until } from '../../../local/stack/until';
import { aClock, PRINTS_EVENTS, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const START = '2026-11-30T10:20:00Z';

describe('a schedule expression', () => {
  it.each([
    ['cron(5 * * * ? *)', '2026-11-30T11:05:00.000Z'],
    ['cron(0/15 * * * ? *)', '2026-11-30T10:30:00.000Z'],
    ['cron(0 6 1 * ? *)', '2026-12-01T06:00:00.000Z'],
    // 2026-11-30 is a Monday; EventBridge's 3 is Tuesday.
    ['cron(0 9 ? * 3 *)', '2026-12-01T09:00:00.000Z'],
    ['cron(0 9 ? * MON-FRI *)', '2026-12-01T09:00:00.000Z'],
    ['rate(5 minutes)', '2026-11-30T10:25:00.000Z'],
    ['rate(1 hour)', '2026-11-30T11:20:00.000Z'],
  ])('fires the schedule %s next at %s', (expression, next) => {
    const now = Date.parse(START);
    expect(new Date(parseSchedule(expression).next(now, now)).toISOString()).toBe(next);
  });

  it.each(['rate(5 parsecs)', 'cron(5 * * *)', 'cron(5 * * * ? 2027)'])(
    'refuses the schedule expression %s',
    (expression) => {
      expect(() => parseSchedule(expression)).toThrow(expression);
    },
  );
});

describe('local schedules', () => {
  it('fires each due schedule once, however far the simulated clock has jumped', async () => {
    const stack = await givenSchedules();
    expect(await stack.fireDue()).toEqual([]);

    stack.clock.set(Date.parse('2026-11-30T14:04:00Z'));
    const fired = await stack.fireDue();

    expect(fired.map(({ rule, dueAt }) => [rule, dueAt])).toEqual([
      ['Hourly', '2026-11-30T13:05:00.000Z'],
      ['CatchUp', '2026-11-30T14:00:00.000Z'],
    ]);
    expect(events(stack)).toContainEqual(
      expect.objectContaining({
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        time: '2026-11-30T13:05:00Z',
        resources: [expect.stringContaining(':rule/Fixture-Hourly-')],
      }),
    );
    expect(await stack.fireDue()).toEqual([]);
  });

  it('fires a schedule by name at any time and waits for its function', async () => {
    const stack = await givenSchedules();
    const { rule, results } = await stack.fire('hourly');
    expect([rule, results]).toEqual(['Hourly', [{ ok: true, payload: null }]]);
    expect(events(stack)).toHaveLength(1);
    await expect(stack.fire('daily')).rejects.toThrow(
      'There is no "daily" in the template. Choose from: Hourly, CatchUp',
    );
  });

  it('runs the hour past the next full hour and its cron schedule', async () => {
    const stack = await givenSchedules();
    const fired = await stack.runHour();
    expect(new Date(stack.clock.now()).toISOString()).toBe('2026-11-30T11:05:00.000Z');
    expect(fired.map(({ rule }) => rule)).toEqual(['Hourly', 'CatchUp']);
  });

  it('fires schedules as simulated time passes', async () => {
    const clock = new SimulatedClock();
    clock.set(Date.parse('2026-11-30T11:04:59.900Z'));
    const stack = await givenSchedules({ clock, tick: true });
    await until('the hourly rule', () => events(stack).some(({ time }) => time === '2026-11-30T11:05:00Z'));
  });

  it('does not fire a disabled schedule', async () => {
    const stack = await givenSchedules({ State: 'DISABLED' });
    stack.clock.advance(7_200_000);
    expect((await stack.fireDue()).map(({ rule }) => rule)).toEqual(['CatchUp']);
  });
});

function events(stack: LocalStack) {
  const eventSchema = z.object({ time: z.string(), resources: z.array(z.string()) }).loose();
  return stack.log('Fn').map((line) => eventSchema.parse(JSON.parse(line)));
}

function givenSchedules({ clock = aClock(START), tick = false, State = 'ENABLED' } = {}): Promise<LocalStack> {
  const Targets = [{ Id: 'Fn', Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] } }];
  const rule = (properties: object) => ({ Type: 'AWS::Events::Rule', Properties: { Targets, ...properties } });
  const parts = {
    functions: { Fn: PRINTS_EVENTS },
    resources: {
      Hourly: rule({ ScheduleExpression: 'cron(5 * * * ? *)', State }),
      CatchUp: rule({ ScheduleExpression: 'rate(5 minutes)' }),
    },
  };
  return start(parts, { clock, tick });
}
