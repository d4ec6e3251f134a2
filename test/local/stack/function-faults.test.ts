import { afterEach, describe, expect, it } from 'vitest';
import { stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const SOURCE = `import { threadId } from 'node:worker_threads';
  export const handler = async ({ hangs }, context) => {
    if (hangs) await new Promise(() => undefined);
    console.log('finished');
    return { threadId, left: context.getRemainingTimeInMillis() };
  };`;

const givenFunction = () => start({ functions: { Fn: SOURCE }, resources: {} });

describe('a planted fault of a function', () => {
  it('fails as many invocations as planned without running the handler', async () => {
    const stack = await givenFunction();
    stack.plantFault('Fn', { kind: 'fail' });
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: false, planted: 'fail' });
    expect(stack.log('Fn')).not.toContain('finished');
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: true });
  });

  it('kills the execution environment during one invocation and reports a planted fault', async () => {
    const stack = await givenFunction();
    stack.plantFault('Fn', { kind: 'kill', ms: 20 });
    expect(await stack.invoke('Fn', { hangs: true })).toMatchObject({
      ok: false,
      errorType: 'Runtime.ExitError',
      planted: 'kill',
    });
    expect(stack.log('Fn')).not.toContain('finished');
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: true });
    expect(stack.failures()).toMatchObject([{ kind: 'plantedFault', source: 'Fn' }]);
  });

  it('does not affect an invocation that finishes before the planted fault', async () => {
    const stack = await givenFunction();
    stack.plantFault('Fn', { kind: 'kill', ms: 3_600_000 });
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: true });
    expect(stack.failures()).toEqual([]);
  });

  it('shortens the time of as many invocations as planned, and their contexts say so', async () => {
    const stack = await givenFunction();
    stack.plantFault('Fn', { kind: 'timeout', ms: 20 });
    expect(await stack.invoke('Fn', { hangs: true })).toMatchObject({
      errorType: 'Sandbox.Timedout',
      planted: 'timeout',
    });
    stack.plantFault('Fn', { kind: 'timeout', ms: 3_600_000 });
    expect(await stack.invoke('Fn', {})).toMatchObject({ payload: { left: 3_600_000 } });
    expect(await stack.invoke('Fn', {})).toMatchObject({ payload: { left: 3_000 } });
  });

  it('loses the answer of an invocation that finished', async () => {
    const stack = await givenFunction();
    stack.plantFault('Fn', { kind: 'loseAnswer' });
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: false, planted: 'loseAnswer' });
    expect(stack.log('Fn')).toContain('finished');
  });

  it('plants and clears faults over HTTP', async () => {
    const stack = await givenFunction();
    const send = async (method: string, path: string, body?: object) =>
      (await fetch(`${stack.controlUrl}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })).status;
    expect(await send('POST', '/functions/fn/faults', { kind: 'loseAnswer', next: 2 })).toBe(201);
    expect(await send('POST', '/functions/fn/faults', { kind: 'kill' })).toBe(400);
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: false });
    expect(await send('DELETE', '/functions/faults')).toBe(204);
    expect(await stack.invoke('Fn', {})).toMatchObject({ ok: true });
  });
});
