import { afterEach, describe, expect, it, vi } from 'vitest';
import { SimulatedClock } from '../../../simulator';
import { LONGEST_WAIT_MS, until } from '../../../local/stack/until';
import { aClock, stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

describe('a local function', () => {
  it('runs the bundle of the assembly with the template’s environment and nothing of the caller’s', async () => {
    const stack = await givenFunction('export const handler = async () => process.env;', {
      Environment: { Variables: { TABLE: { Ref: 'AWS::Region' } } },
    });
    const result = await stack.invoke('Fn', {});
    expect(result).toMatchObject({
      ok: true,
      payload: {
        TABLE: 'us-east-1',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'ASIAFUNCTIONFn',
        AWS_ENDPOINT_URL_DYNAMODB: process.env.TEST_DYNAMODB_ENDPOINT,
        AWS_ENDPOINT_URL_EVENTBRIDGE: stack.awsEndpoint,
        AWS_ENDPOINT_URL_MARKETPLACE_METERING: 'http://localhost:1',
      },
    });
    expect(result).not.toHaveProperty('payload.PATH');
  });

  it('takes AWS Marketplace’s address from the environment, so that another server can take its place', async () => {
    const AWS_ENDPOINT_URL_MARKETPLACE_METERING = 'http://127.0.0.1:9999';
    const stack = await start(
      { functions: { Fn: 'export const handler = async () => process.env;' }, resources: {} },
      { environment: { AWS_ENDPOINT_URL_MARKETPLACE_METERING } },
    );
    const result = await stack.invoke('Fn', {});
    expect(result).toMatchObject({ payload: { AWS_ENDPOINT_URL_MARKETPLACE_METERING } });
    // No address belongs to AWS.
    expect(result).toMatchObject({
      payload: { AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: stack.awsEndpoint },
    });
  });

  it('sees simulated time in a function, also after the clock is set between invocations', async () => {
    const clock = aClock();
    const source = `export const handler = async () => ({
      now: Date.now(), made: new Date().getTime(), text: Date(), given: new Date(0).toISOString(),
      again: new (new Date().constructor)().getTime(), isDate: new Date() instanceof Date,
    });`;
    const stack = await start({ functions: { Fn: source }, resources: {} }, { clock });
    for (const time of ['2031-02-03T04:05:06Z', '2019-01-01T00:00:00Z']) {
      clock.set(Date.parse(time));
      const { payload } = answered(await stack.invoke('Fn', {}));
      const now = Date.parse(time);
      expect(payload).toMatchObject({ now, made: now, again: now, isDate: true });
      expect(payload).toMatchObject({ text: expect.stringContaining(time.slice(0, 4)) });
      expect(payload).toMatchObject({ given: '1970-01-01T00:00:00.000Z' });
    }
  });

  it('passes a function a context that counts down to the timeout', async () => {
    const source = `export const handler = async (event, context) => ({
      left: context.getRemainingTimeInMillis(), name: context.functionName, id: context.awsRequestId,
    });`;
    const stack = await givenFunction(source, { Timeout: 20 });
    const { payload } = answered(await stack.invoke('Fn', {}));
    expect(payload).toMatchObject({ left: 20_000, name: expect.stringContaining('Fixture-Fn-') });
  });

  it('ends an invocation at its timeout and runs the next event in a new environment', async () => {
    const source = `let runs = 0;
      export const handler = async ({ hang }) => { runs += 1; if (hang) while (true); return runs; };`;
    const parts = { functions: { Fn: source }, properties: { Fn: { Timeout: 0.2 } }, resources: {} };
    const stack = await start(parts, { clock: new SimulatedClock() });
    expect(await stack.invoke('Fn', { hang: true })).toMatchObject({
      ok: false,
      errorMessage: expect.stringContaining('Task timed out after 0.20 seconds'),
    });
    expect(await stack.invoke('Fn', {})).toEqual({ ok: true, payload: 1 });
  });

  it('times nothing out while the clock stands, also when a test moves it during an invocation', async () => {
    const source = `export const handler = async (event, context) => {
      console.log('started');
      await new Promise((done) => setTimeout(done, 200));
      return context.getRemainingTimeInMillis();
    };`;
    const stack = await givenFunction(source, { Timeout: 0.1 });
    const answer = stack.invoke('Fn', {});
    await until('the start', () => stack.log('Fn').includes('started'));
    stack.clock.advance(3_600_000);
    expect(await answer).toEqual({ ok: true, payload: 100 });
  });

  it('reports a function that hangs while the clock stands, and runs the next event in a new environment', async () => {
    const source = `export const handler = async ({ hang }) => {
      while (hang);
      return 'fine';
    };`;
    const stack = await givenFunction(source, { Timeout: 20 });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const answer = stack.invoke('Fn', { hang: true });
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    vi.advanceTimersByTime(LONGEST_WAIT_MS);
    vi.useRealTimers();
    expect(await answer).toMatchObject({ ok: false, errorType: 'Local.FunctionHangs' });
    expect(await stack.invoke('Fn', {})).toEqual({ ok: true, payload: 'fine' });
  });

  it('moves a standing clock by what a function waits, and takes that off its remaining time', async () => {
    const source = `import { setTimeout as sleep } from 'node:timers/promises';
      export const handler = async ({ ms }, context) => {
        await Promise.all([sleep(ms), sleep(ms / 2)]);
        await sleep(1_000);
        return { now: new Date().toISOString(), left: context.getRemainingTimeInMillis() };
      };`;
    const clock = aClock('2030-01-01T00:00:00Z');
    const parts = { functions: { Fn: source }, properties: { Fn: { Timeout: 900 } }, resources: {} };
    const stack = await start(parts, { clock });
    expect(answered(await stack.invoke('Fn', { ms: 599_000 })).payload).toEqual({
      now: '2030-01-01T00:10:00.000Z',
      left: 300_000,
    });
    expect(await stack.invoke('Fn', { ms: 900_000 })).toMatchObject({
      errorMessage: expect.stringContaining('Task timed out after 900.00 seconds'),
    });
  });

  it('runs no function of a stack that was stopped', async () => {
    const stack = await givenFunction('export const handler = async () => 1;');
    await stopAll();
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: false, errorType: 'Runtime.Ended' });
  });

  it('reports a handler’s exception, a crash and a broken module as function errors', async () => {
    const source = `export const handler = async ({ how }) => {
      if (how === 'throw') throw new TypeError('no such thing');
      if (how === 'exit') process.exit(3);
      if (how === 'later') { setTimeout(() => { throw new Error('too late'); }); await new Promise(() => undefined); }
      return 'fine';
    };`;
    const stack = await start({ functions: { Fn: source, Broken: 'throw new Error("at load");' }, resources: {} });
    expect(await stack.invoke('Fn', { how: 'throw' })).toMatchObject({
      ok: false,
      errorType: 'TypeError',
      errorMessage: 'no such thing',
    });
    expect(await stack.invoke('Fn', { how: 'exit' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    expect(await stack.invoke('Fn', { how: 'later' })).toMatchObject({ ok: false, errorMessage: 'too late' });
    expect(await stack.invoke('Broken', {})).toMatchObject({ ok: false, errorMessage: 'at load' });
    expect(await stack.invoke('Fn', {})).toEqual({ ok: true, payload: 'fine' });
    expect(stack.failures().map(({ message }) => message)).toContainEqual('TypeError: no such thing');
  });

  it('runs one event at a time per environment, adds environments for concurrency, and reuses them', async () => {
    const source = `import { threadId } from 'node:worker_threads';
      let running = 0;
      export const handler = async () => {
        running += 1;
        await new Promise((done) => setTimeout(done, 50));
        return { threadId, together: running--, };
      };`;
    const stack = await givenFunction(source);
    // All are begun before the first can answer.
    const invoke = async (count: number) => {
      const results = await Promise.all(Array.from({ length: count }, () => stack.invoke('Fn', {})));
      return results.map((result) => JSON.stringify(answered(result).payload));
    };
    const first = await invoke(3);
    const second = await invoke(3);
    expect(new Set(first).size).toBe(3);
    expect([...first, ...second].every((payload) => payload.endsWith('"together":1}'))).toBe(true);
    expect(new Set([...first, ...second])).toEqual(new Set(first));
  });

  it('keeps the output of a function in its log', async () => {
    const stack = await givenFunction(
      `export const handler = async () => { console.log('one\\ntwo'); console.error('x'); };`,
    );
    await stack.invoke('fn', {});
    expect(stack.log('Fn').toSorted()).toEqual(['one', 'two', 'x']);
  });

  it('discards an asynchronous event after the retries of its EventInvokeConfig', async () => {
    const stack = await start({
      functions: { Fn: `export const handler = async () => { console.log('ran'); throw new Error('no'); };` },
      resources: {
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: { FunctionName: { Ref: 'Fn' }, MaximumRetryAttempts: 1 },
        },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            ScheduleExpression: 'rate(1 hour)',
            Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] } }],
          },
        },
      },
    });
    expect((await stack.fire('Rule')).results).toMatchObject([{ ok: false, errorMessage: 'no' }]);
    expect(stack.log('Fn').filter((line) => line === 'ran')).toHaveLength(2);
  });
});

function givenFunction(source: string, properties: Record<string, unknown> = {}) {
  return start(
    { functions: { Fn: source }, properties: { Fn: properties }, resources: {} },
    { marketplaceEndpoint: 'http://localhost:1' },
  );
}

function answered<T extends { ok: boolean }>(result: T): Extract<T, { ok: true }> {
  if (!isAnswer(result)) throw new Error(`The function failed: ${JSON.stringify(result)}`);
  return result;
}

function isAnswer<T extends { ok: boolean }>(result: T): result is Extract<T, { ok: true }> {
  return result.ok;
}
