import { afterEach, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack/local-stack';
import { aClock, PRINTS_EVENTS, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

describe('the control API', () => {
  it('lists functions, queues, buses and schedules', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'GET /')).toMatchObject({
      now: '2030-01-01T00:00:00.000Z',
      functions: [{ name: 'Fn' }],
      queues: [{ name: 'Queue', messages: 0, visible: 0 }],
      buses: [{ name: 'default', events: 0 }],
      schedules: [{ name: 'Hourly', schedule: 'cron(5 * * * ? *)', next: '2030-01-01T00:05:00.000Z' }],
      failures: 0,
    });
  });

  it('moves the clock and fires the schedules that become due', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'POST /clock', { advance: '1h' })).toMatchObject({ fired: [{ rule: 'Hourly' }] });
    await call(stack, 'POST /clock', { set: '2031-05-06T07:08:09Z' });
    expect(await call(stack, 'GET /clock')).toMatchObject({ now: '2031-05-06T07:08:09.000Z' });
    expect(await call(stack, 'POST /clock', { advance: 'soon' })).toMatchObject({
      message: expect.stringContaining('give a duration as a number and a unit'),
    });
    expect(await call(stack, 'POST /clock', { advance: '99999999999d' })).toMatchObject({
      message: expect.stringContaining('The clock shows the years 1970 to 9999'),
    });
    expect(await call(stack, 'GET /clock')).toMatchObject({ now: '2031-05-06T07:08:09.000Z' });
  });

  it('gives every point of a metric, and says which name is missing', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'GET /metrics/points?name=Unheard')).toEqual([]);
    expect(await call(stack, 'GET /metrics/points')).toMatchObject({ message: expect.stringContaining('?name=') });
  });

  it('runs the hour, fires a schedule by name and drains', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'POST /run-hour')).toMatchObject({
      now: '2030-01-01T01:05:00.000Z',
      fired: [{ rule: 'Hourly', results: [{ ok: true }] }],
    });
    expect(await call(stack, 'POST /schedules/hourly/fire')).toMatchObject({ rule: 'Hourly' });
    expect(await call(stack, 'POST /drain?seconds=5')).toMatchObject({ idle: true });
  });

  it('invokes functions and shows their logs', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'POST /functions/fn/invoke', { a: 1 })).toEqual({ ok: true, payload: null });
    const log = await fetch(`${stack.controlUrl}/functions/fn/log`);
    expect(await log.text()).toBe('{"a":1}\n');
  });

  it('puts events and shows the content of buses and queues', async () => {
    const stack = await givenStack();
    const event = { source: 'me', 'detail-type': 'Something', detail: { a: 1 } };
    expect(await call(stack, 'POST /events', [event])).toMatchObject([{ EventId: expect.any(String) }]);
    await stack.drain();
    expect(await call(stack, 'GET /events/default')).toMatchObject([event]);
    expect(await call(stack, 'GET /queues/queue')).toMatchObject([{ body: expect.stringContaining('"source":"me"') }]);
  });

  it('answers an unknown name with the names to choose from', async () => {
    const stack = await givenStack();
    expect(await call(stack, 'GET /queues/other')).toEqual({
      message: 'There is no "other" in the template. Choose from: Queue.',
    });
  });
});

async function call(stack: LocalStack, request: string, body?: unknown): Promise<unknown> {
  const [method, path] = request.split(' ');
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return (await fetch(`${stack.controlUrl}${path}`, init)).json();
}

function givenStack(): Promise<LocalStack> {
  const target = (id: string) => [{ Id: 'T', Arn: { 'Fn::GetAtt': [id, 'Arn'] } }];
  const rule = (properties: object) => ({ Type: 'AWS::Events::Rule', Properties: properties });
  const parts = {
    functions: { Fn: PRINTS_EVENTS },
    resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Mine: rule({ EventPattern: { source: ['me'] }, Targets: target('Queue') }),
      Hourly: rule({ ScheduleExpression: 'cron(5 * * * ? *)', Targets: target('Fn') }),
    },
  };
  return start(parts, { clock: aClock('2030-01-01T00:00:00Z') });
}
