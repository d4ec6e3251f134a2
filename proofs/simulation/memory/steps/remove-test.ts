import { HOUR_MS } from '../../driver/time';
import type { MemoryWorld } from '../memory-engine';

/** The seller removes a test without saying when it ended. Hours later, the configuration says it. */
export function removeTest(world: MemoryWorld): void {
  const { dice, books, settings, timeline } = world;
  if (!world.allows('testNeedsEnd') || books.removedTests !== undefined) return;
  const tests = [
    ...settings.products.flatMap(({ productCode, liveFrom }) => (liveFrom ? [`product#${productCode}`] : [])),
    ...settings.testAccounts.map(({ account }) => `account#${account}`),
  ];
  const removed = dice.pickMaybe(tests.filter((test) => books.notedTests.has(test)));
  if (removed === undefined) return;
  books.removedTests = {
    untilMs: timeline.nowMs + dice.pick([1, 4, 12, 30]) * HOUR_MS,
    products: settings.products,
    testAccounts: settings.testAccounts,
  };
  settings.products = settings.products.map(({ liveFrom, ...product }) =>
    liveFrom === undefined || removed === `product#${product.productCode}` ? product : { ...product, liveFrom },
  );
  settings.testAccounts = settings.testAccounts.filter(({ account }) => removed !== `account#${account}`);
  world.tell(`  removed the test of ${removed}`);
}

/** The configuration names the test again, with its hour. */
export function nameTest(world: MemoryWorld): void {
  const { books, settings, timeline, isQuiet } = world;
  const { removedTests: removed } = books;
  if (removed === undefined || (removed.untilMs > timeline.nowMs && !isQuiet)) return;
  books.removedTests = undefined;
  const hours = new Map(removed.products.map(({ productCode, liveFrom }) => [productCode, liveFrom]));
  settings.products = settings.products.map((product) => {
    const liveFrom = hours.get(product.productCode);
    return liveFrom === undefined ? product : { ...product, liveFrom };
  });
  settings.testAccounts = removed.testAccounts;
  world.tell('  named the test again');
}
