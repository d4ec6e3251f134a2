import { expect, it } from 'vitest';
import { decimal, ZERO } from '../../lambdas/shared/domain/decimal';
import type { Sealing } from '../../lambdas/shared/domain/sealing';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aSealedRecord } from '../builders/a-sealed-record';
import { anHour, aUsageLedger, DUE_MS, givenOpen, keyOf, nothingToBill, ONE_DELIVERY, sealed } from './a-usage-ledger';

const { record } = aSealedRecord();
const SEALED: Sealing = { ...nothingToBill, state: 'sealed', used: decimal(7), carriedOut: ZERO, record };
const HOURS = [anHour('2026-03-10T12')];

/** What the item of an hour says about its sealing. */
async function fieldsOf(sealing: Sealing, claim?: string) {
  const { hourlyUsage, tally } = await givenOpen(aUsageLedger(new MemoryTables().database));
  await sealed(hourlyUsage, tally, { sealing, claim });
  return { ...(await hourlyUsage.get(tally)) };
}

const unsent = { sends: 0, answers: 0 };

it.each<[what: string, sealing: Sealing, fields: object]>([
  ['amounts of 0 are left out', { ...SEALED }, {}],
  [
    'a Balance that is billed',
    { ...SEALED, carriedIn: decimal('0.5') },
    { carriedIn: decimal('0.5'), carriedOut: ZERO },
  ],
  ['what is carried', { ...SEALED, carriedOut: decimal('0.5') }, { carriedIn: ZERO, carriedOut: decimal('0.5') }],
  ['what a contract covers', { ...SEALED, coveredQuantity: decimal(2) }, { coveredQuantity: decimal(2) }],
  [
    'what was used while nobody was subscribed',
    { ...SEALED, rejectedQuantity: decimal(3), rejectedUse: HOURS },
    { rejectedQuantity: decimal(3), rejectedUse: HOURS },
  ],
  [
    'what was used for tests',
    { ...SEALED, withheldQuantity: decimal(4), withheldUse: HOURS },
    { withheldQuantity: decimal(4), withheldUse: HOURS },
  ],
])('a sealed hour says what was decided: %s', async (_what, sealing, fields) => {
  const always = [
    'subscriptionId',
    'dimension',
    'hour',
    'tallies',
    'inlineVersion',
    'inlineEvents',
    'entries',
    'state',
    'used',
  ];
  const hour = await fieldsOf(sealing);
  expect(hour).toMatchObject({ ...unsent, state: 'sealed', used: decimal(7), record, ...fields });
  expect(Object.keys(hour).sort()).toEqual([...always, 'sends', 'answers', 'record', ...Object.keys(fields)].sort());
});

it('an hour that nobody can send any more says what is lost', async () => {
  const { record: _, ...lost } = { ...SEALED, state: 'expired' as const, expiredQuantity: decimal(7) };
  expect(await fieldsOf(lost)).toMatchObject({ state: 'expired', expiredQuantity: decimal(7) });
});

it('the run that sends an hour next has begun its first send', async () => {
  expect(await fieldsOf(SEALED, 'run-1')).toMatchObject({ sends: 1, answers: 0, claim: 'run-1' });
});

it('an hour that waited for the operator no longer does once it is sealed', async () => {
  const { hourlyUsage, tally, read } = await givenOpen(aUsageLedger(new MemoryTables().database));
  await hourlyUsage.hold(await read(), { held: 'onHold', dueAtMs: DUE_MS });
  const folded = { tallies: ONE_DELIVERY.tallies + 1, inlineVersion: ONE_DELIVERY.inlineVersion + 1 };
  expect(await sealed(hourlyUsage, tally, { sealing: SEALED, folded })).toBe('written');
  expect(await hourlyUsage.get(keyOf(tally))).not.toHaveProperty('held');
});
