import { describe, expect, it } from 'vitest';
import { WeighedGate } from '../../lambdas/shared/runtime/weighed-gate';

describe('a weighed gate', () => {
  it('lets in what fits together, in order of arrival, and the rest as room is made', async () => {
    const gate = new WeighedGate(10);
    const log: string[] = [];
    const end = new Map<string, () => void>();
    const enter = (name: string, weight: number) =>
      gate.run(weight, async () => {
        log.push(name);
        await new Promise<void>((resolve) => end.set(name, resolve));
      });
    const all = [enter('six', 6), enter('four', 4), enter('twenty', 20), enter('one', 1)];
    await Promise.resolve();
    expect(log).toEqual(['six', 'four']);
    end.get('six')?.();
    await all[0];
    // The heavy one waits for the whole gate, and nothing overtakes it.
    expect(log).toEqual(['six', 'four']);
    end.get('four')?.();
    await all[1];
    expect(log).toEqual(['six', 'four', 'twenty']);
    end.get('twenty')?.();
    await all[2];
    expect(log).toEqual(['six', 'four', 'twenty', 'one']);
  });

  it('makes room after a failure too', async () => {
    const gate = new WeighedGate(1);
    await expect(gate.run(1, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    await expect(gate.run(1, async () => 'next')).resolves.toBe('next');
  });
});
