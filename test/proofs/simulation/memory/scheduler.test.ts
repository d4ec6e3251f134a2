import { describe, expect, it } from 'vitest';
import { Dice } from '../../../../proofs/simulation/driver/dice';
import { Invocation, Scheduler, type CallWeather } from '../../../../proofs/simulation/memory/scheduler';

function given(weather: Partial<CallWeather> = {}) {
  const timeline = { nowMs: 0 };
  const calm: CallWeather = { onCall: () => undefined, onOutOfTime: () => undefined, ...weather };
  const scheduler = new Scheduler(timeline, calm, () => false);
  const log: string[] = [];
  const invocation = (name: string) =>
    new Invocation(name, timeline.nowMs, { timeoutMs: 60_000, sluggish: false, skewMs: 0 });
  const startTwoCalls = (name: string) => {
    const started = invocation(name);
    const call = (n: number) => scheduler.call(started, 'call', () => log.push(`${name}${n}`));
    return scheduler.start(started, () => call(1).then(() => call(2)));
  };
  return { timeline, scheduler, log, invocation, startTwoCalls };
}

describe('the scheduler', () => {
  it('interleaves the calls of concurrent invocations in every order, each invocation in sequence', async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const { scheduler, log, startTwoCalls } = given();
      await scheduler.run([startTwoCalls('a'), startTwoCalls('b')], new Dice(seed));
      orders.add(log.join(' '));
    }
    expect(orders.size).toBe(6);
    expect([...orders].every((order) => order.indexOf('a1') < order.indexOf('a2'))).toBe(true);
  });

  it('kills an invocation before or after a call takes effect', async () => {
    for (const [fate, expected] of [
      ['crashBefore', []],
      ['crashAfter', ['a1']],
    ] as const) {
      const { scheduler, log, startTwoCalls } = given({ onCall: () => fate });
      const invocation = startTwoCalls('a');
      await scheduler.run([invocation], new Dice(1));
      expect({ fate, log, state: invocation.state }).toEqual({ fate, log: expected, state: 'dead' });
    }
  });

  it('continues a frozen invocation where it stopped', async () => {
    let isFirst = true;
    const onCall = () => (isFirst ? ((isFirst = false), 'frozen' as const) : undefined);
    const { scheduler, log, startTwoCalls } = given({ onCall });
    const invocation = startTwoCalls('a');
    await scheduler.run([invocation], new Dice(1));
    expect([invocation.state, log]).toEqual(['frozen', []]);
    scheduler.wake(invocation);
    await scheduler.run([invocation], new Dice(1));
    expect([invocation.state, log]).toEqual(['done', ['a1', 'a2']]);
  });

  it('advances time to the next wake-up when nothing is ready, and kills an invocation at its timeout', async () => {
    const { scheduler, timeline, invocation } = given();
    const [short, long] = [invocation('short'), invocation('long')];
    scheduler.start(short, () => scheduler.sleep(short, 50_000));
    scheduler.start(long, () => scheduler.sleep(long, 70_000));
    await scheduler.run([short, long], new Dice(1));
    expect([short.state, long.state]).toEqual(['done', 'dead']);
    expect(timeline.nowMs).toBeGreaterThanOrEqual(70_000);
  });
});
