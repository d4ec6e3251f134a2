import { expect, it } from 'vitest';
import type { HeldReason, HoldScope } from '../../../lambdas/shared/domain/hold';
import type { HourKey } from '../../../lambdas/shared/domain/hour';
import { DynamoDbHoldStore } from '../../../lambdas/shared/stores/holds';
import { DynamoDbSubscriptions } from '../../../lambdas/shared/stores/subscriptions-dynamodb';
import { heldBy } from '../../../ops/hold/let-go-held';
import { MemoryTables } from '../../../proofs/stand-ins/memory-tables';
import { aSubscription } from '../../builders/a-subscription';
import { aTally, aUsageLedger, DUE_MS, keyOf } from '../../stores/a-usage-ledger';

const PRODUCT: HoldScope = { of: 'product', id: 'prod1' };
const HALF_AN_HOUR_MS = 30 * 60_000;

/** Two hours of the product and one of another, as a run leaves them; the operator looks a moment later. */
async function given() {
  const { database } = new MemoryTables();
  const ledger = aUsageLedger(database);
  const [subscriptions, holds] = [new DynamoDbSubscriptions(database), new DynamoDbHoldStore(database)];
  const use = async (productCode: string): Promise<HourKey> => {
    const tally = aTally('7');
    await ledger.usageTallies.add(tally, DUE_MS);
    const after = aSubscription({ subscriptionId: tally.subscriptionId, productCode });
    await subscriptions.save({ before: undefined, after });
    return keyOf(tally);
  };
  const wait = async (hourKey: HourKey, held: HeldReason, dueAtMs = DUE_MS + 1) => {
    const hour = await ledger.hourlyUsage.get(hourKey);
    if (hour?.state === 'open') await ledger.hourlyUsage.hold(hour, { held, dueAtMs });
  };
  const deps = { hourlyUsage: ledger.hourlyUsage, subscriptions, holds, clock: { now: () => DUE_MS } };
  // Hours that are due together come in the order of their shards, which depends on their ids.
  const found = async (scope = PRODUCT) =>
    (await heldBy(scope, deps)).map(keyOf).sort((a, b) => (a.subscriptionId < b.subscriptionId ? -1 : 1));
  return { hours: [await use('prod1'), await use('prod1'), await use('prod2')] as const, wait, holds, found };
}

const decided = { by: 'sam', atMs: DUE_MS, reason: 'investigation' } as const;

it('the hours that wait for a hold are those of its scope that wait for a hold at all', async () => {
  const { hours, wait, found } = await given();
  const [first, second, other] = hours;
  await wait(first, 'onHold');
  await wait(second, 'aboveMaximum');
  await wait(other, 'onHold');
  expect(await found()).toEqual([first]);
  expect(await found({ ...PRODUCT, dimension: 'events' })).toEqual([first]);
  expect(await found({ ...PRODUCT, dimension: 'seats' })).toEqual([]);
  expect(await found({ of: 'subscription', id: first.subscriptionId })).toEqual([first]);
});

it('an hour waits for a hold alone while no other hold covers it', async () => {
  const { hours, wait, holds, found } = await given();
  const [first, second] = hours;
  for (const hour of [first, second]) await wait(hour, 'onHold');
  await holds.hold({ ...PRODUCT, ...decided });
  expect(await found()).toEqual([first, second]);
  await holds.hold({ of: 'subscription', id: second.subscriptionId, ...decided });
  expect(await found()).toEqual([first]);
});

it('an hour that a clock ahead of ours put off is found, too', async () => {
  const { hours, wait, found } = await given();
  const [first, second] = hours;
  await wait(first, 'onHold', DUE_MS + HALF_AN_HOUR_MS);
  await wait(second, 'onHold', DUE_MS + HALF_AN_HOUR_MS + 1);
  expect(await found()).toEqual([first]);
});
