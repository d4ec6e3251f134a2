import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { Hold, HoldScope } from '../../lambdas/shared/domain/hold';
import { DynamoDbHoldStore, scopeName } from '../../lambdas/shared/stores/holds';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCancelledTransaction } from '../builders/a-cancelled-transaction';
import { ENGINES } from './engines';

const PRODUCT: HoldScope = { of: 'product', id: 'prod1' };
const DIMENSION: HoldScope = { of: 'subscription', id: 's-1', dimension: 'events' };
const [FIRST_MS, THEN_MS, LAST_MS] = [1_000, 2_000, 3_000];
const DECIDED = { by: 'ada', atMs: FIRST_MS, reason: 'wrongQuantity', ticket: 'case-1' } as const;
const LET_GO = { by: 'sam', atMs: THEN_MS, reason: 'corrected' } as const;

describe('the name of a hold', () => {
  it('says what is held, and the dimension where it is only one', () => {
    expect([PRODUCT, DIMENSION].map(scopeName)).toEqual(['product#prod1', 'subscription#s-1#events']);
  });
});

describe.each(ENGINES)('the holds of the operator %s', (_engine, open) => {
  const given = async () => new DynamoDbHoldStore(await open('hourlyUsage'));

  it('are in force as they were decided, each of its scope', async () => {
    const holds = await given();
    const wide: Hold = { ...PRODUCT, by: 'sam', atMs: FIRST_MS, reason: 'investigation' };
    const narrow: Hold = { ...DIMENSION, ...DECIDED };
    expect([await holds.hold(wide), await holds.hold(narrow)]).toEqual([true, true]);
    expect(await holds.list()).toStrictEqual([wide, narrow]);
  });

  it('are neither replaced nor logged twice while they are in force', async () => {
    const holds = await given();
    await holds.hold({ ...PRODUCT, ...DECIDED });
    expect(await holds.hold({ ...PRODUCT, ...LET_GO })).toBe(false);
    expect(await holds.list()).toEqual([{ ...PRODUCT, ...DECIDED }]);
    expect(await holds.log()).toHaveLength(1);
  });

  it('end with their release, which nobody can make twice', async () => {
    const holds = await given();
    await holds.hold({ ...DIMENSION, ...DECIDED });
    expect([await holds.release(DIMENSION, LET_GO), await holds.list()]).toEqual([true, []]);
    expect(await holds.release(DIMENSION, { ...LET_GO, atMs: LAST_MS })).toBe(false);
    const scope = 'subscription#s-1#events';
    expect(await holds.log()).toStrictEqual([
      { ...LET_GO, scope, done: 'release' },
      { ...DECIDED, scope, done: 'hold' },
    ]);
  });

  it('know nothing of an earlier hold of their scope', async () => {
    const holds = await given();
    await holds.hold({ ...PRODUCT, ...DECIDED });
    await holds.release(PRODUCT, LET_GO);
    const again: Hold = { ...PRODUCT, by: 'eve', atMs: LAST_MS, reason: 'buyerRequest' };
    expect([await holds.hold(again), await holds.list()]).toStrictEqual([true, [again]]);
  });
});

describe('the holds of the operator, while another transaction has one of them', () => {
  it('answer with its error, as neither done nor refused', async () => {
    const tables = new MemoryTables();
    tables.before = async () => Promise.reject(aCancelledTransaction());
    const hold = new DynamoDbHoldStore(tables.database).hold({ ...PRODUCT, ...DECIDED });
    await expect(hold).rejects.toThrow(TransactionCanceledException);
  });
});
