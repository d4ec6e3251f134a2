import { beforeEach, describe, expect, it } from 'vitest';
import { exactly } from '../../../../proofs/simulation/driver/exact';
import { FAULTS_OF } from '../../../../proofs/simulation/driver/faults';
import { purchase, registerBuyer } from '../../../../proofs/simulation/driver/purchases';
import { submit } from '../../../../proofs/simulation/driver/report';
import { LEGACY_PRODUCT } from '../../../../proofs/simulation/driver/settings';
import { HOUR_MS, hourOf, MINUTE_MS } from '../../../../proofs/simulation/driver/time';
import { startRecording, startRegistering } from '../../../../proofs/simulation/memory/functions';
import { checkRegistered } from '../../../../proofs/simulation/memory/invariants/check-remembered';
import { watchWrite } from '../../../../proofs/simulation/memory/invariants/watch-writes';
import { watchZero } from '../../../../proofs/simulation/memory/invariants/watch-zero';
import { createMemoryWorld, type MemoryWorld } from '../../../../proofs/simulation/memory/memory-engine';
import { deliverNext } from '../../../../proofs/simulation/memory/steps/deliver';
import { followOne } from '../../../../proofs/simulation/memory/steps/follow-messages';
import { meter } from '../../../../proofs/simulation/memory/steps/meter';

let world: MemoryWorld;

/** A seller who asks for zero records of the older product's d0, in a month without faults. */
beforeEach(() => {
  const options = { seed: 1, hours: 110, withoutFaults: new Set(FAULTS_OF.memory) };
  world = createMemoryWorld(options, { startRecording, startRegistering, onRegistered: checkRegistered });
  world.engine.dynamoDb.onWrite = (write) => watchWrite(world, write);
  const { settings, books } = world;
  const [productCode, dimension] = [LEGACY_PRODUCT, 'd0'];
  books.zeros.push({ productCode, dimension, fromMs: settings.startMs, stopMs: Infinity, untilMs: Infinity });
  for (const product of settings.products.filter((each) => each.productCode === productCode))
    product.dimensions = product.dimensions.map((each) => ({ ...each, zeroRecords: each.apiName === dimension }));
});

describe('an hour whose legacy buyer AWS activated in that hour', () => {
  it('may be carried when the buyer registered in the next hour, before the message of AWS was followed', async () => {
    const hour = await sealHourOfPurchase({ isFollowed: false });
    expect(hour).toMatchObject({ state: 'carried', record: undefined });
    expect(world.books.broken).toBeUndefined();
  });

  it('is billed when the message of AWS was followed first', async () => {
    const hour = await sealHourOfPurchase({ isFollowed: true });
    expect(hour).toMatchObject({ state: 'billed', record: { quantity: '7' } });
    expect(world.books.broken).toBeUndefined();
  });

  it('may not be carried when the message of AWS was followed first', async () => {
    const hour = await sealHourOfPurchase({ isFollowed: true });
    watchZero(world, hour, { quantity: undefined, carriedOut: 0n });
    expect(world.books.broken).toMatchObject({ invariant: 'zeroRecords' });
  });

  it('may be carried above the maximum an hour of its dimension, and not below', async () => {
    const hour = await sealHourOfPurchase({ isFollowed: true });
    const { products } = world.settings;
    world.settings.products = products.map(({ dimensions, ...product }) => ({
      ...product,
      dimensions: dimensions.map((each) => ({ ...each, maxPerHour: '1000' })),
    }));
    watchZero(world, hour, { quantity: undefined, carriedOut: exactly('1012.5') });
    expect(world.books.broken).toBeUndefined();
    watchZero(world, hour, { quantity: undefined, carriedOut: exactly('1000') });
    expect(world.books.broken).toMatchObject({ invariant: 'zeroRecords' });
  });
});

/** AWS activates a buyer, who registers in the next hour; then usage of the first hour is reported, and the hour sealed. */
async function sealHourOfPurchase({ isFollowed }: { isFollowed: boolean }) {
  const { marketplace, engine, settings, buyers, books } = world;
  await at(20, () => purchase(world, marketplace.addBuyer().accountId, LEGACY_PRODUCT));
  const [buyer] = buyers.all;
  const message = engine.queue.find(({ label }) => label.includes('subscribe-success'));
  if (buyer === undefined || message === undefined) throw new Error('Nobody has bought anything.');
  await at(63, () => (isFollowed ? followOne(world, message) : undefined));
  await at(64, () => registerBuyer(world, buyer));
  const { subscriptionId = '' } = buyer;
  const timeMs = settings.startMs + 40 * MINUTE_MS;
  const event = { source: '', id: 'e', dimension: 'd0', quantityText: '7', timeMs, tags: {} };
  await at(65, () => submit(world, [{ pk: `${subscriptionId}##e`, subscriptionId, ...event }]));
  await at(66, () => engine.stream.waiting.forEach((shard) => deliverNext(world, shard)));
  await at(80, () => meter(world));
  return books.hour(subscriptionId, hourOf(settings.startMs), 'd0');
}

async function at(minute: number, start: () => void): Promise<void> {
  world.passTo(world.settings.startMs + minute * MINUTE_MS);
  expect(world.settings.startMs % HOUR_MS).toBe(0);
  world.marketplace.runDue();
  start();
  await world.engine.run();
}
