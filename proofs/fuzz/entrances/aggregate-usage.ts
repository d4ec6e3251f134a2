import fc from 'fast-check';
import * as z from 'zod';
import { createHandler } from '../../../lambdas/aggregate-usage/dependencies';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import { hourKeyOf } from '../../../lambdas/shared/domain/hourly-usage';
import { DynamoDbUsageTallyReader } from '../../../lambdas/shared/stores/usage-tallies';
import { mutatedImage, oddImage, streamEvent, type Image } from '../arbitraries/stream-images';
import { oddTime, oneAndMore, weighted } from '../arbitraries/odd-values';
import { anEntrance, failing } from '../entrance';
import { promise } from '../promises';
import { invoke } from '../surroundings';

const SUBSCRIPTION = 's-good';

interface Good {
  key: string;
  quantity: string;
  image: Image;
}
interface Change {
  good?: Good;
  newImage: Image;
  oldImage?: Image;
}

function aGoodOne(id: string, [whole, fraction]: [number, string]): Good {
  const quantity = `${whole}.${fraction}`;
  const image: Image = {
    pk: { S: `${SUBSCRIPTION}##${id}` },
    subscriptionId: { S: SUBSCRIPTION },
    source: { S: '' },
    id: { S: id },
    dimension: { S: 'requests' },
    quantity: { N: quantity },
    time: { S: '2026-03-10T11:59:59.999Z' },
    receivedAt: { S: '2026-03-10T12:00:00.000Z' },
    tags: { M: { Department: { S: 'R and D' } } },
    expiresAt: { N: '1780000000' },
  };
  return { key: `#${id}`, quantity, image };
}

const amount = fc.tuple(
  fc.nat({ max: 2_000_000_000 }),
  fc.nat({ max: 999_999 }).map((n) => `${n}`.padStart(17, '0') + '1'),
);

/** Makes the key match the other fields, so that only those are wrong. */
function withFittingKey(image: Image): Image {
  const text = (name: string) => z.object({ S: z.string() }).safeParse(image[name]).data?.S ?? '';
  const source = text('source').replaceAll('%', '%25').replaceAll('#', '%23');
  return { ...image, pk: { S: `${text('subscriptionId')}#${source}#${text('id')}` } };
}

const change = (index: number): fc.Arbitrary<Change> =>
  amount.chain((quantity) => {
    const good = aGoodOne(`good-${index}`, quantity);
    const bad = aGoodOne(`bad-${index}`, quantity).image;
    const mutant = fc
      .tuple(mutatedImage(bad), fc.boolean())
      .map(([image, fitting]) => (fitting ? withFittingKey(image) : image));
    // Both times are equal, so that the event is neither too late nor in the future.
    const together = oddTime.map((time): Image => ({ ...bad, time: { S: time }, receivedAt: { S: time } }));
    const anything = weighted([10, mutant], [2, oddImage], [1, together]);
    return weighted(
      [3, fc.constant<Change>({ good, newImage: good.image })],
      [6, anything.map((newImage): Change => ({ newImage }))],
      [1, anything.map((newImage): Change => ({ newImage, oldImage: good.image }))],
      [1, anything.map((oldImage): Change => ({ newImage: good.image, oldImage }))],
      [1, fc.tuple(anything, anything).map(([newImage, oldImage]): Change => ({ newImage, oldImage }))],
    );
  });

const changes = oneAndMore(6, change).map(asATableHasThem);

/** Gives every item a valid key of its own, as in a real table; a change keeps the key. */
function asATableHasThem(all: readonly Change[]): Change[] {
  const byKey = new Map<string, Change>();
  all.forEach(({ newImage, ...rest }, index) => {
    const given = keyOf(newImage);
    const possible = given !== undefined && given !== '' && Buffer.byteLength(given) <= 2048;
    const pk = possible ? given : `key-${index}`;
    if (!byKey.has(pk)) byKey.set(pk, { ...rest, newImage: { ...newImage, pk: { S: pk } } });
  });
  return [...byKey.values()];
}

function keyOf(image: Image): string | undefined {
  return z.object({ S: z.string() }).safeParse(image.pk).data?.S;
}

/** The UsageEvents stream: anything that someone in the account put into the table. */
export const aggregateUsageEntrance = anEntrance({
  name: 'UsageEvents stream',
  service: 'aggregate-usage',
  nowMs: Date.parse('2026-03-10T12:00:01Z'),
  cases: fc.record({ changes, failing }),
  async take({ changes: delivered }, surroundings) {
    const { tables } = surroundings;
    const run = createHandler(surroundings.ports, surroundings.config());
    const { batchItemFailures } = await invoke(run, streamEvent(delivered));
    if (surroundings.failing) return 'stores down';
    promise(batchItemFailures.length === 0, 'a bad item blocks the stream');
    const { hours, setAside } = tables;
    const usageTallies = new DynamoDbUsageTallyReader(tables.database);
    const stored = (await Promise.all(hours.map((hour) => usageTallies.ofHour(hour)))).flat();
    promise(stored.length === tables.tallies.length, 'a tally has no hour');
    const inline = hours.flatMap((hour) => (hour.inlineEvents ?? []).map((its) => ({ ...hourKeyOf(hour), ...its })));
    const tallied = [...inline, ...stored];
    for (const { good, oldImage } of delivered) {
      if (good === undefined || oldImage !== undefined) continue;
      const found = tallied.flatMap((tally) =>
        tally.events.filter(({ key }) => key === good.key).map(({ quantity }) => ({ ...tally, quantity })),
      );
      promise(found.length === 1, `a good event was tallied ${found.length} times`);
      promise(found[0]?.quantity.eq(decimal(good.quantity)) === true, 'a good event was tallied with another quantity');
      promise(found[0]?.hour === '2026-03-10T11', 'a good event was tallied in another hour');
    }
    for (const { hour } of hours) {
      promise(/^\d{4}-\d\d-\d\dT\d\d$/.test(hour), `${JSON.stringify(hour)} is not an hour`);
    }
    for (const { newImage, oldImage } of delivered) {
      if (oldImage !== undefined) continue;
      const pk = keyOf(newImage);
      const times =
        tallied.reduce(
          (sum, { subscriptionId, events }) =>
            sum + events.filter(({ key }) => `${subscriptionId}#${key}` === pk).length,
          0,
        ) + setAside.filter(({ kind, usageEventPk }) => kind === 'setAside' && usageEventPk === pk).length;
      promise(times === 1, `the item ${JSON.stringify(pk)} is accounted for ${times} times`);
    }
    const inserted = new Set(delivered.filter(({ oldImage }) => !oldImage).map(({ newImage }) => keyOf(newImage)));
    for (const { subscriptionId, events } of tallied) {
      const stranger = events.find(({ key }) => !inserted.has(`${subscriptionId}#${key}`));
      promise(stranger === undefined, 'an item that was changed, not inserted, was tallied');
    }
    const events = tallied.reduce((sum, tally) => sum + tally.events.length, 0);
    promise(
      surroundings.ports.counters.counts.UsageEventsTallied === events,
      'the metric differs from the tallied usage',
    );
    return [...new Set([...(events > 0 ? ['tallied'] : []), ...setAside.map(({ reason }) => reason)])];
  },
});
