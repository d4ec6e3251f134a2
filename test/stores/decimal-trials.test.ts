import { describe, expect, it } from 'vitest';
import { DynamoDbDecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import { NOON_MS } from '../builders/a-usage-event';
import { ENGINES } from './engines';

let product = 0;

describe.each(ENGINES)('the trial of decimals %s', (_engine, open) => {
  const given = async () => {
    product += 1;
    return { trials: new DynamoDbDecimalTrialStore(await open('hourlyUsage')), code: `product-${product}` };
  };
  const claim = (id: string, nowMs = NOON_MS) => ({ id, nowMs, untilMs: nowMs + 1000 });

  it('has not begun for a product of which nothing is stored', async () => {
    const { trials, code } = await given();
    expect(await trials.get(code)).toEqual({ state: 'unproven' });
  });

  it('lets one of two runs claim the only call, and another once the claim is over', async () => {
    const { trials, code } = await given();
    const claims = await Promise.all([trials.claimProbe(code, claim('a')), trials.claimProbe(code, claim('b'))]);
    expect(claims.sort()).toEqual([false, true]);
    expect(await trials.claimProbe(code, claim('c', NOON_MS + 999))).toBe(false);
    expect(await trials.claimProbe(code, claim('c', NOON_MS + 1000))).toBe(true);
    expect(await trials.get(code)).toEqual({ state: 'unproven', probe: { id: 'c', untilMs: NOON_MS + 2000 } });
  });

  it('gives a run its claim when the answer to the write was lost and the write is repeated', async () => {
    const { trials, code } = await given();
    await trials.claimProbe(code, claim('a'));
    expect(await trials.claimProbe(code, claim('a'))).toBe(true);
  });

  it('releases a claim for its holder only', async () => {
    const { trials, code } = await given();
    await trials.claimProbe(code, claim('a'));
    await trials.releaseProbe(code, 'b');
    expect(await trials.claimProbe(code, claim('b'))).toBe(false);
    await trials.releaseProbe(code, 'a');
    expect(await trials.claimProbe(code, claim('b'))).toBe(true);
  });

  it('is proven by the holder of the claim only, and is claimed no more', async () => {
    const { trials, code } = await given();
    await trials.claimProbe(code, claim('a'));
    await trials.prove(code, 'b');
    expect(await trials.get(code)).toMatchObject({ state: 'unproven' });
    await trials.prove(code, 'a');
    expect(await trials.get(code)).toStrictEqual({ state: 'proven' });
    expect(await trials.claimProbe(code, claim('c', NOON_MS * 2))).toBe(false);
  });

  it('keeps a halt against an answer that agrees later, until it is resumed', async () => {
    const { trials, code } = await given();
    await trials.claimProbe(code, claim('a'));
    await trials.halt(code, { reason: 'echoDiffers', atMs: NOON_MS, evidence: 's-1 events 2026-03-10T12' });
    await trials.prove(code, 'a');
    const halted = { state: 'halted', reason: 'echoDiffers', atMs: NOON_MS, evidence: 's-1 events 2026-03-10T12' };
    expect(await trials.get(code)).toEqual(halted);
    expect(await trials.claimProbe(code, claim('b', NOON_MS * 2))).toBe(false);
    await trials.resume(code);
    expect(await trials.get(code)).toEqual({ state: 'unproven' });
  });

  it.each(['echoDiffers', 'refused', 'operator'] as const)(
    'is read with the reason of its halt: %s',
    async (reason) => {
      const { trials, code } = await given();
      await trials.halt(code, { reason, atMs: NOON_MS });
      expect(await trials.get(code)).toMatchObject({ state: 'halted', reason });
    },
  );

  it('is halted without the evidence of an earlier halt', async () => {
    const { trials, code } = await given();
    await trials.halt(code, { reason: 'echoDiffers', atMs: NOON_MS, evidence: 's-1 events 2026-03-10T12' });
    await trials.halt(code, { reason: 'operator', atMs: NOON_MS + 1 });
    expect(await trials.get(code)).toEqual({ state: 'halted', reason: 'operator', atMs: NOON_MS + 1 });
  });

  it('halts proven decimals after a difference, but not after a refusal', async () => {
    const { trials, code } = await given();
    await trials.claimProbe(code, claim('a'));
    await trials.prove(code, 'a');
    await trials.resume(code);
    await trials.halt(code, { reason: 'refused', atMs: NOON_MS });
    expect(await trials.get(code)).toEqual({ state: 'proven' });
    await trials.halt(code, { reason: 'echoDiffers', atMs: NOON_MS });
    expect(await trials.get(code)).toMatchObject({ state: 'halted' });
  });
});
