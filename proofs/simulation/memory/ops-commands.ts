import { productsByCode } from '../../../lambdas/shared/contract/products';
import { DynamoDbDecimalTrialStore } from '../../../lambdas/shared/stores/decimal-trials';
import { DynamoDbHourlyUsageStore } from '../../../lambdas/shared/stores/hourly-usage';
import { DynamoDbSubscriptionUsageReader } from '../../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../../lambdas/shared/stores/subscriptions-dynamodb';
import type { Decimal } from '../../../lambdas/shared/domain/decimal';
import type { HoldScope } from '../../../lambdas/shared/domain/hold';
import { DynamoDbHeldHours } from '../../../lambdas/shared/stores/held-hours';
import { DynamoDbHoldStore } from '../../../lambdas/shared/stores/holds';
import type { HourKey } from '../../../lambdas/shared/domain/hour';
import { OperatorError } from '../../../ops/errors';
import { letGoHeld } from '../../../ops/hold/let-go-held';
import { settleHour, type Settlement } from '../../../ops/settle/settle-hour';
import { billWhole } from '../../../ops/decimals/held-records';
import type { Mapping } from '../../../ops/moving/mapping-file';
import { moveCustomers, type MovedCustomer } from '../../../ops/moving/move-customers';
import { clockOf, databaseOf } from './functions';
import type { Invocation } from './scheduler';
import type { MemoryWorld } from './memory-engine';
import { MINUTE_MS } from '../driver/time';

/** `npm run ops -- move … --apply`, as ops/commands/move.ts wires it: a process like any other, which may die anywhere. */
export function startMoving(world: MemoryWorld, mappings: readonly Mapping[]): Invocation {
  const invocation = world.engine.newInvocation('ops-move', 15 * MINUTE_MS);
  const database = databaseOf(world, invocation);
  const deps = {
    products: world.settings.products,
    subscriptions: new DynamoDbSubscriptions(database),
    usage: new DynamoDbSubscriptionUsageReader(database),
    clock: clockOf(world, invocation),
  };
  return world.engine.scheduler.start(invocation, async (): Promise<MovedCustomer[]> => {
    const outcomes: MovedCustomer[] = [];
    for await (const outcome of moveCustomers(mappings, { apply: true }, deps)) outcomes.push(outcome);
    return outcomes;
  });
}

/** `npm run ops -- decimals whole … --apply`, as ops/commands/decimals.ts wires it. */
export function startBillingWhole(world: MemoryWorld, productCode: string): Invocation {
  const invocation = world.engine.newInvocation('ops-decimals', 15 * MINUTE_MS);
  const database = databaseOf(world, invocation);
  const deps = {
    decimalTrials: new DynamoDbDecimalTrialStore(database),
    hourlyUsage: new DynamoDbHourlyUsageStore(database),
    subscriptions: new DynamoDbSubscriptions(database),
    products: productsByCode(world.settings.products),
    graceMs: world.settings.graceMinutes * MINUTE_MS,
    clock: clockOf(world, invocation),
  };
  return world.engine.scheduler.start(invocation, () => billWhole(productCode, deps));
}

/** `npm run ops -- settle … --apply`, as ops/commands/settle.ts wires it. */
export function startSettling(world: MemoryWorld, hourKey: HourKey, settlement: Settlement): Invocation {
  const invocation = world.engine.newInvocation('ops-settle', 15 * MINUTE_MS);
  const database = databaseOf(world, invocation);
  const deps = {
    hourlyUsage: new DynamoDbHourlyUsageStore(database),
    subscriptions: new DynamoDbSubscriptions(database),
    products: productsByCode(world.settings.products),
    graceMs: world.settings.graceMinutes * MINUTE_MS,
    clock: clockOf(world, invocation),
  };
  return world.engine.scheduler.start(invocation, async () => {
    try {
      await settleHour(hourKey, settlement, deps);
      return 'settled';
    } catch (error) {
      // The hour changed in the meantime, as the command then says.
      if (error instanceof OperatorError) return 'changed';
      throw error;
    }
  });
}

/** `npm run ops -- decimals resume … --apply` */
export function startResuming(world: MemoryWorld, productCode: string): Invocation {
  const invocation = world.engine.newInvocation('ops-decimals', 15 * MINUTE_MS);
  const decimalTrials = new DynamoDbDecimalTrialStore(databaseOf(world, invocation));
  return world.engine.scheduler.start(invocation, () => decimalTrials.resume(productCode));
}

/** `npm run ops -- hold … --apply` */
export function startHolding(world: MemoryWorld, scope: HoldScope): Invocation {
  return startDeciding(world, (holds, decision) => holds.hold({ ...scope, ...decision }));
}

/** `npm run ops -- release … --apply` */
export function startReleasing(world: MemoryWorld, scope: HoldScope): Invocation {
  return startDeciding(world, async (holds, decision, database) => {
    if (!(await holds.release(scope, decision))) return;
    const hourlyUsage = new DynamoDbHourlyUsageStore(database);
    const subscriptions = new DynamoDbSubscriptions(database);
    const heldHours = new DynamoDbHeldHours(database);
    await letGoHeld(scope, { holds, hourlyUsage, heldHours, subscriptions, clock: { now: () => decision.atMs } });
  });
}

/** `npm run ops -- release --hour … --quantity … --apply` */
export function startLettingGo(world: MemoryWorld, hourKey: HourKey, quantity: Decimal): Invocation {
  return startDeciding(world, (_holds, decision, database) =>
    new DynamoDbHeldHours(database).release(hourKey, quantity, decision),
  );
}

type Deciding = (
  holds: DynamoDbHoldStore,
  decision: { by: string; atMs: number; reason: 'tested' },
  database: ReturnType<typeof databaseOf>,
) => Promise<unknown>;

function startDeciding(world: MemoryWorld, decide: Deciding): Invocation {
  const invocation = world.engine.newInvocation('ops-hold', 15 * MINUTE_MS);
  const database = databaseOf(world, invocation);
  const decision = { by: 'operator', atMs: clockOf(world, invocation).now(), reason: 'tested' } as const;
  return world.engine.scheduler.start(invocation, () => decide(new DynamoDbHoldStore(database), decision, database));
}
