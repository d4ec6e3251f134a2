import { LICENSE_PRODUCTS, UNMETERED_PRODUCT } from '../../driver/settings';
import type { MemoryWorld } from '../memory-engine';
import { report } from '../../driver/report';
import { HOUR_MS } from '../../driver/time';

/** The seller turns zero records on for one dimension, mostly one in use, and off again hours later. */
export function askForZeros(world: MemoryWorld): void {
  const { dice, buyers, timeline } = world;
  if (!world.allows('zeroRecords') || world.books.zeros.at(-1)?.untilMs === Infinity) return;
  const used = world.reported.at(-1);
  const user = buyers.known.find(({ subscriptionId }) => subscriptionId === used?.subscriptionId);
  const isMetered = user !== undefined && user.productCode !== UNMETERED_PRODUCT && used?.dimension !== 'unlisted';
  const [productCode, dimension] = isMetered
    ? [user.productCode, used?.dimension ?? 'd0']
    : [LICENSE_PRODUCTS[0], 'd0'];
  const product = world.settings.products.find((each) => each.productCode === productCode);
  if (product?.dimensions.some(({ apiName }) => apiName === dimension) !== true) return;
  const lastsMs = dice.pick([4, 8, 16, 30]) * HOUR_MS;
  world.books.zeros.push({
    productCode,
    dimension,
    fromMs: timeline.nowMs,
    stopMs: timeline.nowMs + lastsMs,
    untilMs: Infinity,
  });
  configure(world, { productCode, dimension, zeroRecords: true });
  world.tell(`  zero records of ${dimension} of ${productCode}`);
  report(world);
}

/** At the end no seller asks for them, because their chains would never come to rest. */
export function stopZeros(world: MemoryWorld): void {
  const asked = world.books.zeros.at(-1);
  if (asked?.untilMs !== Infinity || (asked.stopMs > world.timeline.nowMs && !world.isQuiet)) return;
  asked.untilMs = world.timeline.nowMs;
  configure(world, { ...asked, zeroRecords: false });
  world.tell(`  no zero records of ${asked.dimension} any more`);
}

/** A new object, not a changed one: a running invocation keeps the configuration it was deployed with. */
function configure(
  { settings }: MemoryWorld,
  { productCode, dimension, zeroRecords }: { productCode: string; dimension: string; zeroRecords: boolean },
): void {
  settings.products = settings.products.map((product) =>
    product.productCode === productCode
      ? {
          ...product,
          dimensions: product.dimensions.map((each) => (each.apiName === dimension ? { ...each, zeroRecords } : each)),
        }
      : product,
  );
}
