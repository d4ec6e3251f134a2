import { startFollowing, startRegistering } from '../functions';
import type { Entitlement } from '../../../simulator';
import { NETTED_DIMENSION, type Buyer } from '../buyers';
import { checkRegistered, checkRemembered } from '../invariants/check-remembered';
import type { QueuedMessage } from '../queue';
import { CONTRACT_PRODUCT, CONTRACTS, LEGACY_PRODUCT, LICENSE_PRODUCTS, UNMETERED_PRODUCT } from '../settings';
import type { Task, World } from '../world';
import { report } from './report';

/** How often each is bought. */
const PRODUCTS = {
  [LICENSE_PRODUCTS[0]]: 4,
  [LICENSE_PRODUCTS[1]]: 2,
  [LEGACY_PRODUCT]: 2,
  [CONTRACT_PRODUCT]: 2.5,
  [UNMETERED_PRODUCT]: 0.7,
};

/** A buyer subscribes: somebody new, or one who has a licence already, or one who comes back. */
export function subscribe(world: World): Task[] {
  const { dice, marketplace, buyers } = world;
  const productCode = dice.weighted(PRODUCTS);
  const known = dice.pickMaybe(marketplace.buyers());
  const { accountId } = known && dice.chance(0.5) ? known : marketplace.addBuyer();
  const isSubscribed = buyers.all.some(
    (other) => other.accountId === accountId && other.productCode === productCode && other.endedAtMs === undefined,
  );
  if (productCode === LEGACY_PRODUCT && (isSubscribed || hasMoved(world, accountId))) return [];
  purchase(world, accountId, productCode);
  return dice.chance(0.7) ? register(world) : [];
}

/** A customer of the older product who left subscribes again: the same customer, and the same subscription. */
export function comeBack(world: World): Task[] {
  const accountId = world.dice.pickMaybe(buyersWhoLeft(world));
  if (accountId !== undefined && world.allows('resubscribed')) purchase(world, accountId, LEGACY_PRODUCT);
  return [];
}

/** @param delays - seconds until it is active, one of them */
// eslint-disable-next-line max-params -- who buys what, and when it begins
export function purchase(
  world: World,
  accountId: string,
  productCode: string,
  delays: readonly number[] = [0, 90, 2700, 7200],
): void {
  const { dice, marketplace, buyers, entitlementsOfAws, timeline } = world;
  const mode = productCode === LEGACY_PRODUCT ? 'legacy' : 'license';
  const entitlements = CONTRACTS.has(productCode) ? someEntitlements(world, [20, 300, 4000]) : [];
  // A legacy buyer is active from the registration on, as far as anybody can know.
  const activationDelaySeconds = mode === 'legacy' ? 0 : dice.pick(delays);
  const { agreementId, licenseArn } = marketplace.subscribe({
    ...{ entitlements, activationDelaySeconds },
    endsAtMs: CONTRACTS.has(productCode) ? someEnd(world, activationDelaySeconds * 1000) : undefined,
    accountId,
    offerId: marketplace.publicOffer(productCode).offerId,
  });
  const { customerIdentifier } = marketplace.buyers().find((buyer) => buyer.accountId === accountId) ?? {};
  if (customerIdentifier === undefined) throw new Error(`There is no buyer ${accountId}.`);
  entitlementsOfAws.agree(licenseArn, entitlements, timeline.nowMs);
  buyers.add({ accountId, customerIdentifier, agreementId, licenseArn, productCode, mode });
  world.tell(`  ${accountId} subscribes to ${productCode}: ${licenseArn.slice(-34)}`);
}

/** Customers of the older product who may come back: they stay the same customers, and the same subscription. */
export function buyersWhoLeft(world: World): string[] {
  const ofProduct = world.buyers.all.filter(({ mode, accountId }) => mode === 'legacy' && !hasMoved(world, accountId));
  const left = ofProduct.filter(({ accountId, endedAtMs }) => {
    const isBack = ofProduct.some((other) => other.accountId === accountId && other.endedAtMs === undefined);
    return endedAtMs !== undefined && !isBack;
  });
  // Who left twice comes back once.
  return [...new Set(left.map(({ accountId }) => accountId))];
}

/** Who has moved and comes back is a new subscription at its registration, and not the customer it was. */
function hasMoved({ buyers, books }: World, accountId: string): boolean {
  return buyers.known.some((buyer) => buyer.accountId === accountId && books.moves.has(buyer.subscriptionId));
}

/** A buyer clicks *Set up your account*. */
export function register(world: World): Task[] {
  const { dice, buyers } = world;
  const buyer = dice.pickMaybe(
    buyers.all.filter(({ isRegistered, endedAtMs }) => !isRegistered && endedAtMs === undefined),
  );
  return buyer === undefined ? [] : [registerBuyer(world, buyer)];
}

/** For the first time or again. */
export function registerBuyer(world: World, buyer: Buyer): Task {
  const { token } = world.marketplace.issueToken(buyer.agreementId);
  if (buyer.isRegistered) world.count('registeredAgain');
  else world.count(buyer.subscriptionId === undefined ? 'registrationBeforeEvent' : 'eventBeforeRegistration');
  const invocation = startRegistering(world, token);
  const finish = () => {
    const { statusCode } = (invocation.result ?? {}) as { statusCode?: number };
    buyer.isRegistered ||= statusCode === 303;
    world.tell(`  registered ${buyer.accountId}: ${statusCode ?? invocation.state}`);
    if (statusCode === 303) checkRegistered(world, buyer);
  };
  return { invocation, finish };
}

/** The queue delivers events of AWS Marketplace: at least once, in any order. */
export function follow(world: World): Task[] {
  const { dice, followed } = world;
  const tasks: Task[] = [];
  const again = dice.pickMaybe(followed.slice(-6));
  if (again && world.strikes('licenseEventRedelivered', 0.3)) {
    world.count('licenseEventRedelivered');
    tasks.push(followOne(world, again));
  }
  const waiting = world.waitingMessages;
  const isReordered = waiting.length > 1 && world.strikes('licenseEventReordered', 0.5);
  if (isReordered) world.count('licenseEventReordered');
  const message = isReordered ? waiting[dice.between(1, waiting.length - 1)] : waiting[0];
  if (message === undefined) return tasks;
  world.queue.splice(world.queue.indexOf(message), 1);
  return [...tasks, followOne(world, message)];
}

/** The queue brings old messages once more, long after newer ones. */
export function followAgain(world: World): Task[] {
  return world.followed.slice(-12).map((message) => followOne(world, message));
}

export function followOne(world: World, message: QueuedMessage): Task {
  const invocation = startFollowing(world, message.body);
  const finish = () => {
    world.tell(`  followed ${message.label}: ${invocation.state}`);
    const isNew = !world.followed.includes(message);
    // What was not acknowledged becomes visible again.
    if (invocation.state === 'done') {
      if (isNew) world.followed.push(message);
      checkRemembered(world, message, invocation.result);
    } else if (isNew && !world.queue.includes(message)) world.queue.push(message);
  };
  return { invocation, finish };
}

/** A buyer leaves: AWS says so of the agreement, of the licence, or of both, in any order. */
export function end(world: World): Task[] {
  const { dice } = world;
  const buyer = dice.pickMaybe(live(world));
  if (buyer === undefined || world.buyers.all.length < 2 || !world.allows('ended')) return [];
  leave(world, buyer);
  // The application does not know yet.
  return dice.chance(0.6) ? report(world) : [];
}

/** @param delays - seconds until the licence is taken away, one of them */
export function leave(world: World, buyer = lastUser(world), delays: readonly number[] = [5, 600, 3600]): void {
  const { dice, marketplace } = world;
  if (buyer === undefined) return;
  noteEndWithinHour(world, buyer);
  if (buyer.mode === 'license' && dice.chance(0.25)) marketplace.deprovision(buyer.agreementId);
  else marketplace.endAgreement(buyer.agreementId, { deprovisionAfterSeconds: dice.pick(delays) });
  world.tell(`  ${buyer.accountId} ends ${buyer.licenseArn.slice(-34)}`);
}

/** Whose usage was reported last. */
function lastUser(world: World): Buyer | undefined {
  const used = world.reported.at(-1);
  return live(world).find(({ subscriptionId }) => subscriptionId === used?.subscriptionId);
}

function noteEndWithinHour({ books, timeline, ...world }: World, { subscriptionId }: Buyer): void {
  const hour = new Date(timeline.nowMs).toISOString().slice(0, 13);
  const isUsed = [...books.hours.values()].some(
    (booked) => booked.account.subscriptionId === subscriptionId && booked.hour === hour && booked.total > 0n,
  );
  if (isUsed) world.counts.endedMidHour = (world.counts.endedMidHour ?? 0) + 1;
}

/** Another agreement takes over the licence: nobody loses anything. */
export function renew(world: World): Task[] {
  const buyer = world.dice.pickMaybe(live(world).filter(({ mode }) => mode === 'license'));
  if (buyer !== undefined && world.allows('renewed')) renewOf(world, buyer);
  return [];
}

export function renewOf(world: World, buyer: Buyer): void {
  const { dice, marketplace, timeline, entitlementsOfAws } = world;
  const as = dice.pick(['RENEWED', 'REPLACED'] as const);
  const isContract = CONTRACTS.has(buyer.productCode);
  const terms = isContract
    ? {
        endsAtMs: someEnd(world),
        ...(dice.chance(0.6) && { entitlements: someEntitlements(world, [0, 20, 300, 4000]) }),
      }
    : {};
  const next = marketplace.renew(buyer.agreementId, { as, ...terms });
  if (isContract) world.count('contractRenewed', JSON.stringify(terms));
  Object.assign(buyer, { agreementId: next.agreementId, wasRenewed: true });
  entitlementsOfAws.agree(buyer.licenseArn, next.entitlements, timeline.nowMs);
  world.count('renewed', buyer.licenseArn.slice(-34));
}

/** The contract gives more or less from now on. */
export function amend(world: World): Task[] {
  const buyer = world.dice.pickMaybe(live(world).filter(({ productCode }) => CONTRACTS.has(productCode)));
  if (buyer !== undefined && world.allows('amended')) amendContract(world, buyer);
  return [];
}

export function amendContract(world: World, buyer: Buyer): void {
  const { marketplace, timeline, entitlementsOfAws } = world;
  const entitlements = someEntitlements(world, [0, 20, 300, 4000]);
  marketplace.changeEntitlements(buyer.agreementId, entitlements);
  entitlementsOfAws.agree(buyer.licenseArn, entitlements, timeline.nowMs);
  world.count('amended', JSON.stringify(entitlements));
}

/** When a contract runs out, if it does before the month is over: at some time after it has begun. */
function someEnd({ dice, timeline, settings }: World, beginsInMs = 0): number | undefined {
  const hours = dice.pick([1, 1, 4, 100, 400, Infinity, Infinity, Infinity]) * (0.5 + dice.next());
  const endsAtMs = timeline.nowMs + beginsInMs + Math.floor(hours * 3600) * 1000;
  return endsAtMs < settings.endMs ? endsAtMs : undefined;
}

function someEntitlements({ dice }: World, amounts: readonly number[]): Entitlement[] {
  return [{ dimension: NETTED_DIMENSION, value: { IntegerValue: dice.pick(amounts) } }];
}

export function live({ buyers }: World): Buyer[] {
  return buyers.all.filter(({ endedAtMs, activatedAtMs }) => activatedAtMs !== undefined && endedAtMs === undefined);
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
export function reinstate(world: World): void {
  for (const [accountId, untilMs] of world.suspendedUntilMs) {
    if (untilMs > world.timeline.nowMs && !world.isQuiet) continue;
    world.suspendedUntilMs.delete(accountId);
    world.marketplace.suspendBuyer(accountId, false);
  }
}
