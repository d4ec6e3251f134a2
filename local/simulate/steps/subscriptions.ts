import { startFollowing, startRegistering } from '../functions';
import { LEGACY_PRODUCT, LICENSE_PRODUCTS } from '../settings';
import type { Task, World } from '../world';

/** A buyer subscribes: somebody new, or one who has a licence already, or one who comes back. */
export function subscribe(world: World): Task[] {
  const { dice, marketplace, buyers } = world;
  const productCode = dice.pick([LICENSE_PRODUCTS[0], LICENSE_PRODUCTS[0], LICENSE_PRODUCTS[1], LEGACY_PRODUCT]);
  const mode = productCode === LEGACY_PRODUCT ? 'legacy' : 'license';
  const known = dice.pickMaybe(marketplace.buyers());
  const buyer = known && dice.chance(0.5) ? known : marketplace.addBuyer();
  const isSubscribed = buyers.all.some(
    (other) =>
      other.accountId === buyer.accountId && other.productCode === productCode && other.endedAtMs === undefined,
  );
  if (mode === 'legacy' && isSubscribed) return [];
  const { agreementId, licenseArn } = marketplace.subscribe({
    accountId: buyer.accountId,
    offerId: marketplace.publicOffer(productCode).offerId,
    // A legacy buyer is active from the registration on, as far as anybody can know.
    activationDelaySeconds: mode === 'legacy' ? 0 : dice.pick([0, 0, 90, 2700, 7200]),
  });
  const { accountId, customerIdentifier } = buyer;
  buyers.add({ accountId, customerIdentifier, agreementId, licenseArn, productCode, mode });
  world.tell(`  ${accountId} subscribes to ${productCode}: ${licenseArn.slice(-34)}`);
  return dice.chance(0.7) ? register(world) : [];
}

/** A buyer clicks *Set up your account*. */
export function register(world: World): Task[] {
  const { dice, marketplace, buyers } = world;
  const buyer = dice.pickMaybe(
    buyers.all.filter(({ isRegistered, endedAtMs }) => !isRegistered && endedAtMs === undefined),
  );
  if (buyer === undefined) return [];
  const { token } = marketplace.issueToken(buyer.agreementId);
  const invocation = startRegistering(world, token);
  const finish = () => {
    const { statusCode } = (invocation.result ?? {}) as { statusCode?: number };
    buyer.isRegistered ||= statusCode === 303;
    world.tell(`  registered ${buyer.accountId}: ${statusCode ?? invocation.state}`);
  };
  return [{ invocation, finish }];
}

/** The queue delivers licence events: at least once, in any order. */
export function follow(world: World): Task[] {
  const { dice, queue, followed } = world;
  const tasks: Task[] = [];
  const again = dice.pickMaybe(followed.slice(-6));
  if (again && world.strikes('licenseEventRedelivered', 0.3)) {
    world.count('licenseEventRedelivered');
    tasks.push(followOne(world, again));
  }
  if (queue.length === 0) return tasks;
  const isReordered = queue.length > 1 && world.strikes('licenseEventReordered', 0.5);
  if (isReordered) world.count('licenseEventReordered');
  const event = queue.splice(isReordered ? dice.between(1, queue.length - 1) : 0, 1)[0];
  if (event) tasks.push(followOne(world, event));
  return tasks;
}

function followOne(world: World, event: World['queue'][number]): Task {
  const invocation = startFollowing(world, event);
  const finish = () => {
    world.tell(`  followed ${event['detail-type']} of ${event.time}: ${invocation.state}`);
    // What was not acknowledged becomes visible again.
    if (invocation.state === 'done' || world.followed.includes(event)) {
      if (!world.followed.includes(event)) world.followed.push(event);
    } else if (!world.queue.includes(event)) world.queue.push(event);
  };
  return { invocation, finish };
}

export function end(world: World): Task[] {
  const { dice, marketplace, buyers } = world;
  const buyer = dice.pickMaybe(
    buyers.all.filter(({ endedAtMs, activatedAtMs }) => activatedAtMs !== undefined && endedAtMs === undefined),
  );
  if (buyer === undefined || buyers.all.length < 2 || !world.allows('ended')) return [];
  marketplace.endAgreement(buyer.agreementId, { deprovisionAfterSeconds: dice.pick([5, 600, 3600]) });
  world.tell(`  ${buyer.accountId} ends ${buyer.licenseArn.slice(-34)}`);
  return [];
}

export function suspend(world: World): Task[] {
  const { dice, marketplace } = world;
  const buyer = dice.pickMaybe(marketplace.buyers());
  if (buyer === undefined || !world.allows('suspended')) return [];
  marketplace.suspendBuyer(buyer.accountId);
  const hours = dice.pick([1, 2, 4, 8, 30]);
  world.suspendedUntilMs.set(buyer.accountId, world.timeline.nowMs + hours * 3_600_000);
  world.tell(`  ${buyer.accountId} is suspended for ${hours} hours`);
  return [];
}

/** Suspended accounts come back. */
export function reinstate({ suspendedUntilMs, timeline, marketplace, ...world }: World): void {
  for (const [accountId, untilMs] of suspendedUntilMs) {
    if (untilMs > timeline.nowMs && !world.isQuiet) continue;
    suspendedUntilMs.delete(accountId);
    marketplace.suspendBuyer(accountId, false);
  }
}
