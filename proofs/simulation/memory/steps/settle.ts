import type { Hour } from '../../../../lambdas/shared/domain/hour';
import { hourName } from '../../driver/books';
import { exactly } from '../../driver/exact';
import { UNLISTED_DIMENSION } from '../../driver/settings';
import { HOUR_MS } from '../../driver/time';
import { windowEndMs } from '../invariants/window';
import type { MemoryWorld } from '../memory-engine';
import { startSettling } from '../ops-commands';

/** The operator ends an unconfirmed hour, by what AWS's bill says about it. */
export function settle(world: MemoryWorld): void {
  const { dice, books, engine, timeline } = world;
  const unconfirmed = [...books.hours.values()].flatMap(({ state, record, account, hour }) => {
    const isOver = record && timeline.nowMs > windowEndMs(record.timestampSeconds * 1000) + HOUR_MS;
    // What is returned of a dimension that AWS does not list waits for a day more, longer than the simulation may last.
    const isListed = account.dimension !== UNLISTED_DIMENSION;
    return state === 'unconfirmed' && isOver && isListed ? [{ record, key: { ...account, hour } }] : [];
  });
  const chosen = dice.pickMaybe(unconfirmed);
  if (chosen === undefined) return;
  const { subscriptionId, dimension, hour } = chosen.key;
  const name = hourName(chosen.key);
  const line = engine.aws.billedFor(chosen.record);
  const as = line === undefined ? 'carried' : 'billed';
  // The operator goes on when the faults are over.
  if (world.settings.rates.settledByOperator === undefined) return;
  // AWS bills what another system of the seller metered: neither answer would be true.
  if (line !== undefined && exactly(line.quantity) !== exactly(chosen.record.quantity)) return;
  if (as === 'carried') books.returned.add(name);
  const settlement = { as, reason: 'by the bill', meteringRecordId: line?.meteringRecordId } as const;
  const invocation = startSettling(world, { subscriptionId, dimension, hour: hour as Hour }, settlement);
  engine.begin(invocation, () => {
    if (invocation.result === 'settled') world.count('settledByOperator', `${name} as ${as}`);
    world.tell(`  settled ${name} as ${as}: ${String(invocation.result ?? invocation.state)}`);
  });
}
