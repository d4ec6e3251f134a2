import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';

const running = useFlow({ mayFail: true });

const on = () =>
  running.stack
    .alarms()
    .filter(({ state }) => state === 'ALARM')
    .map(({ name }) => name.replace(/^.*Alarms\W?/, ''))
    .sort();

async function call(times: number, path: string): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: times }, async () => fetch(`${running.stack.url}${path}`)));
  return answers.map(({ status }) => status);
}

describe('alarms on the door', () => {
  it('fires CallsRefused when half of a hundred calls end in 4xx, and ends a quarter of an hour later', async () => {
    await running.passQuarters(1);
    await call(51, '/register');
    await call(48, '/nowhere');
    // 99 calls are too few to say anything, and 49 of 100 are less than half.
    expect(on()).toEqual([]);
    await call(1, '/nowhere');
    expect(on()).toEqual([]);
    await call(2, '/nowhere');
    expect(on()).toEqual(['CallsRefused']);
    await running.passQuarters(1);
    expect(on()).toEqual([]);
  });

  it('fires FunctionsThrottled when Lambda has had no concurrency for a function for half an hour', async () => {
    running.stack.plantFault('register-subscription', { kind: 'throttle', next: Infinity });
    expect(await call(1, '/register')).toEqual([503]);
    await running.passQuarters(1);
    expect(on()).not.toContain('FunctionsThrottled');
    await call(1, '/register');
    expect(on()).toEqual(['ApiErrors', 'FunctionsThrottled']);
    running.stack.clearFaults();
    expect(await call(1, '/register')).toEqual([200]);
    await running.passQuarters(2);
    expect(on()).toEqual([]);
  });
});
