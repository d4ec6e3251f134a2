import type { HeldRecord } from '../../../../ops/decimals/held-records';
import { startBillingWhole, startResuming } from '../ops-commands';
import type { MemoryWorld } from '../memory-engine';

/** The operator bills the sealed decimal records of a product in whole units, whatever AWS does with decimals. */
export function billWholeUnits(world: MemoryWorld): void {
  const { dice, books, settings } = world;
  if (!world.allows('frozenAnew')) return;
  const waiting = [...books.hours.values()].filter(
    ({ state, record }) => state === 'sealed' && record?.form === 'decimal',
  );
  const { productCode } = dice.pickMaybe(waiting)?.record ?? dice.pick(settings.products);
  const invocation = startBillingWhole(world, productCode);
  world.engine.begin(invocation, () => {
    const records = (invocation.result ?? []) as readonly HeldRecord[];
    world.tell(
      () => `  whole units of ${productCode}: ${invocation.state}, ${records.map(({ outcome }) => outcome).join()}`,
    );
  });
}

/** A product whose decimals wait for the operator. */
export function haltedProduct({ books }: MemoryWorld): string | undefined {
  return [...books.trials].find(([, { state }]) => state === 'halted')?.[0];
}

/** The operator sends its decimals again, sometimes after billing what waits in whole units. */
export function answerHalt(world: MemoryWorld, productCode: string): void {
  if (!world.isQuiet && world.dice.chance(0.3)) return billWholeUnits(world);
  // By then AWS mostly takes them.
  if (world.dice.chance(0.7)) world.settings.refusesDecimals.delete(productCode);
  const invocation = startResuming(world, productCode);
  world.engine.begin(invocation, () => world.tell(`  resumed ${productCode}: ${invocation.state}`));
}
