import type { Entitlement } from '../../../simulator';
import type { Buyer } from './buyers';
import { report } from './report';
import { CONTRACTS, LEGACY_PRODUCT, NETTED_DIMENSION } from './settings';
import type { World } from './world';
import { hourOf } from './time';

/** A buyer subscribes: a new one, one who already has a licence, or one who comes back. */
export function subscribe(world: World): void {
  const { dice, marketplace, buyers, settings } = world;
  const productCode = dice.weighted(settings.sales);
  const known = settings.isCautious ? undefined : dice.pickMaybe(marketplace.buyers());
  const { accountId } = known && dice.chance(0.5) ? known : marketplace.addBuyer();
  const isSubscribed = buyers.all.some(
    (other) => other.accountId === accountId && other.productCode === productCode && other.endedAtMs === undefined,
  );
  if (productCode === LEGACY_PRODUCT && (isSubscribed || hasMoved(world, accountId))) return;
  purchase(world, accountId, productCode);
  if (dice.chance(0.7)) register(world);
}

/** @param delays - seconds until it is active; one of them is picked */
// eslint-disable-next-line max-params -- who buys what, and when it begins
export function purchase(
  world: World,
  accountId: string,
  productCode: string,
  delays: readonly number[] = [0, 90, 2700, 7200],
): void {
  const { dice, marketplace, buyers, books, timeline } = world;
  const mode = productCode === LEGACY_PRODUCT ? 'legacy' : 'license';
  const entitlements = CONTRACTS.has(productCode) ? someEntitlements(world, [20, 300, 4000]) : [];
  // A legacy buyer counts as active from the registration on.
  const activationDelaySeconds = mode === 'legacy' ? 0 : dice.pick(delays);
  const { agreementId, licenseArn } = marketplace.subscribe({
    accountId,
    offerId: marketplace.publicOffer(productCode).offerId,
    entitlements,
    activationDelaySeconds,
    endsAtMs: CONTRACTS.has(productCode) ? someEnd(world, activationDelaySeconds * 1000) : undefined,
  });
  const { customerIdentifier } = marketplace.buyers().find((buyer) => buyer.accountId === accountId) ?? {};
  if (customerIdentifier === undefined) throw new Error(`There is no buyer ${accountId}.`);
  books.entitlementsOfAws.agree(licenseArn, entitlements, timeline.nowMs);
  buyers.add({ accountId, customerIdentifier, agreementId, licenseArn, productCode, mode });
  world.tell(`  ${accountId} subscribes to ${productCode}: ${licenseArn.slice(-34)}`);
}

/** A customer who moved and comes back gets a new subscription at registration. */
export function hasMoved({ buyers, books }: World, accountId: string): boolean {
  return buyers.known.some((buyer) => buyer.accountId === accountId && books.moves.has(buyer.subscriptionId));
}

/** A buyer clicks *Set up your account*, mostly for the first time. */
export function register(world: World): void {
  const { dice, buyers } = world;
  const present = buyers.all.filter(({ endedAtMs }) => endedAtMs === undefined);
  const waiting = dice.pickMaybe(present.filter(({ isRegistered }) => !isRegistered));
  const buyer = waiting ?? (dice.chance(0.3) ? dice.pickMaybe(present) : undefined);
  if (buyer !== undefined) registerBuyer(world, buyer);
}

/** For the first time or again. */
export function registerBuyer(world: World, buyer: Buyer): void {
  if (buyer.isRegistered) world.count('registeredAgain');
  else world.count(buyer.subscriptionId === undefined ? 'registrationBeforeEvent' : 'eventBeforeRegistration');
  world.engine.register(buyer);
}

/** A buyer leaves: AWS sends the event of the agreement, of the licence, or both, in any order. */
export function end(world: World): void {
  const { dice, buyers, settings } = world;
  const candidates = buyers.live.filter(({ isRegistered }) => isRegistered || !settings.isCautious);
  const buyer = dice.pickMaybe(candidates);
  const isEnough = settings.isCautious ? candidates.length > 2 : buyers.all.length > 1;
  if (buyer === undefined || !isEnough || !world.allows('endedMidHour')) return;
  leave(world, buyer);
  // The application does not know yet.
  if (dice.chance(0.6)) report(world);
}

/** @param delays - seconds until the licence is deprovisioned; one of them is picked */
export function leave(world: World, buyer: Buyer, delays: readonly number[] = [5, 600, 3600]): void {
  const { dice, marketplace } = world;
  noteEndWithinHour(world, buyer);
  if (buyer.mode === 'license' && dice.chance(0.25)) marketplace.deprovision(buyer.agreementId);
  else marketplace.endAgreement(buyer.agreementId, { deprovisionAfterSeconds: dice.pick(delays) });
  world.tell(`  ${buyer.accountId} ends ${buyer.licenseArn.slice(-34)}`);
}

function noteEndWithinHour(world: World, { subscriptionId }: Buyer): void {
  const isUsed = [...world.books.events.values()].some(
    ({ version, ...event }) =>
      event.subscriptionId === subscriptionId &&
      version.isUsage &&
      hourOf(version.timeMs) === hourOf(world.timeline.nowMs),
  );
  if (isUsed) world.count('endedMidHour', subscriptionId);
}

/** The time at which a contract runs out, if it does so before the month is over. */
export function someEnd({ dice, timeline, settings }: World, beginsInMs = 0): number | undefined {
  const hours = dice.pick([1, 1, 4, 100, 400, Infinity, Infinity, Infinity]) * (0.5 + dice.next());
  const endsAtMs = timeline.nowMs + beginsInMs + Math.floor(hours * 3600) * 1000;
  return endsAtMs < settings.endMs ? endsAtMs : undefined;
}

export function someEntitlements({ dice }: World, amounts: readonly number[]): Entitlement[] {
  return [{ dimension: NETTED_DIMENSION, value: { IntegerValue: dice.pick(amounts) } }];
}
