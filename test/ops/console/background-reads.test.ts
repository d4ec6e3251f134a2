import { describe, expect, it } from 'vitest';
import { BackgroundReads } from '../../../ops/console/background-reads';
import { OperatorError } from '../../../ops/errors';
import { anOperatorsOps } from '../redrive/an-operators-ops';

const CONFIGURATION = { products: [], support: { email: 'a@example.com' } };
const NOW = Date.parse('2026-07-14T09:00:00Z');

async function someReads() {
  return new BackgroundReads<string>(await anOperatorsOps(CONFIGURATION, NOW));
}

/** Lets promises settle. */
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('a long read', () => {
  it('tells how far it is, then its result and when it was read', async () => {
    const reads = await someReads();
    let finish: (text: string) => void = () => undefined;
    const started = reads.start('july', async ({ terminal }) => {
      const progress = terminal.progress('Subscriptions', 7);
      progress.advance(2);
      return new Promise((resolve) => (finish = resolve));
    });
    expect(started).toEqual({ kind: 'running', label: 'Subscriptions', done: 2, total: 7, readUnits: 0 });
    finish('read');
    await soon();
    expect(reads.find('july')).toEqual({ kind: 'done', result: 'read', readAtMs: NOW, readUnits: 0 });
  });

  it('makes up no total when nobody knows it', async () => {
    const reads = await someReads();
    const reading = reads.start('july', async ({ terminal }) => {
      terminal.progress('CloudTrail events', 0).advance(5, 5);
      return new Promise(() => undefined);
    });
    expect(reading).toMatchObject({ done: 5, total: undefined });
  });

  it('is not started again while it runs, and is afterwards', async () => {
    const reads = await someReads();
    let starts = 0;
    const work = async () => `${(starts += 1)}`;
    reads.start('july', work);
    reads.start('july', work);
    await soon();
    expect(reads.find('july')).toMatchObject({ result: '1' });
    reads.start('july', work);
    await soon();
    expect(reads.find('july')).toMatchObject({ result: '2' });
  });

  it('says why it failed', async () => {
    const reads = await someReads();
    reads.start('july', () => Promise.reject(new OperatorError('Log in again.')));
    await soon();
    expect(reads.find('july')).toMatchObject({ kind: 'failed', sentence: 'Log in again.' });
  });

  it('forgets the oldest of many', async () => {
    const reads = await someReads();
    for (let n = 0; n < 13; n += 1) reads.start(`${n}`, async () => 'read');
    expect(reads.find('0')).toBeUndefined();
    expect(reads.find('12')).toBeDefined();
  });
});
