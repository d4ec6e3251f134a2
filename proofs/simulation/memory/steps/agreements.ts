import type { Buyer } from '../../driver/buyers';
import { hasMoved, purchase, someEnd, someEntitlements } from '../../driver/purchases';
import { CONTRACTS, LEGACY_PRODUCT, UNMETERED_PRODUCT } from '../../driver/settings';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS } from '../../driver/time';

/** A customer who left the older product subscribes again, as the same customer with the same subscription. */
export function comeBack(world: MemoryWorld): void {
  const { dice, timeline, buyers } = world;
  // Mostly after hours in which nobody was subscribed.
  const leftBeforeMs = timeline.nowMs - (dice.chance(0.8) ? 2 * HOUR_MS : 0);
  const isAway = (accountId: string) =>
    buyers.all.every((buyer) => buyer.accountId !== accountId || (buyer.endedAtMs ?? 0) < leftBeforeMs);
  const accountId = dice.pickMaybe(buyersWhoLeft(world).filter(isAway));
  if (accountId !== undefined && world.allows('resubscribed')) purchase(world, accountId, LEGACY_PRODUCT);
}

/** Customers of the older product who may come back, as the same customers with the same subscription. */
export function buyersWhoLeft(world: MemoryWorld): string[] {
  const ofProduct = world.buyers.all.filter(({ mode, accountId }) => mode === 'legacy' && !hasMoved(world, accountId));
  const left = ofProduct.filter(({ accountId, endedAtMs }) => {
    const isBack = ofProduct.some((other) => other.accountId === accountId && other.endedAtMs === undefined);
    return endedAtMs !== undefined && !isBack;
  });
  // A customer who left twice comes back once.
  return [...new Set(left.map(({ accountId }) => accountId))];
}

/** The buyer whose usage was reported last. */
export function lastUser(world: MemoryWorld): Buyer | undefined {
  const used = world.reported.at(-1);
  return world.buyers.live.find(({ subscriptionId }) => subscriptionId === used?.subscriptionId);
}

/** Another agreement takes over the licence; the buyer keeps access. */
export function renew(world: MemoryWorld): void {
  const buyer = world.dice.pickMaybe(world.buyers.live.filter(({ mode }) => mode === 'license'));
  if (buyer !== undefined && world.allows('renewed')) renewOf(world, buyer);
}

export function renewOf(world: MemoryWorld, buyer: Buyer): void {
  const { dice, marketplace, timeline, books } = world;
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
  books.entitlementsOfAws.agree(buyer.licenseArn, next.entitlements, timeline.nowMs);
  world.count('renewed', buyer.licenseArn.slice(-34));
}

/** Changes what the contract gives from now on. */
export function amend(world: MemoryWorld): void {
  const buyer = world.dice.pickMaybe(world.buyers.live.filter(({ productCode }) => CONTRACTS.has(productCode)));
  if (buyer !== undefined && world.allows('amended')) amendContract(world, buyer);
}

export function amendContract(world: MemoryWorld, buyer: Buyer): void {
  const { marketplace, timeline, books } = world;
  const entitlements = someEntitlements(world, [0, 20, 300, 4000]);
  marketplace.changeEntitlements(buyer.agreementId, entitlements);
  books.entitlementsOfAws.agree(buyer.licenseArn, entitlements, timeline.nowMs);
  world.count('amended', JSON.stringify(entitlements));
}

type AnnouncementKind = Parameters<MemoryWorld['marketplace']['announce']>[1];

const ANNOUNCEMENTS = [
  'advisoryIssued',
  'advisoryResolved',
  'cancellationRequested',
] as const satisfies readonly AnnouncementKind[];
/** Only an agreement with an end. */
const ABOUT_THE_END = ['ending', 'renewalUpcoming'] as const satisfies readonly AnnouncementKind[];
/** AWS watches the spending of buyers who pay for usage. */
const ABOUT_SPENDING = [
  'spendThresholdReached',
  'spendThresholdVetFailed',
] as const satisfies readonly AnnouncementKind[];

/** AWS tells something about an agreement that changes nothing. */
export function announce(world: MemoryWorld): void {
  const { dice, buyers, marketplace } = world;
  const buyer = dice.pickMaybe(buyers.live);
  if (buyer === undefined || !world.allows('announced')) return;
  const { endsAtMs } = marketplace.agreement(buyer.agreementId);
  const kinds = [
    ...ANNOUNCEMENTS,
    ...(endsAtMs === undefined ? [] : ABOUT_THE_END),
    ...(buyer.productCode === UNMETERED_PRODUCT ? [] : ABOUT_SPENDING),
  ];
  const kind = dice.pick(kinds);
  marketplace.announce(buyer.agreementId, kind);
  world.count('announced', `${kind} of ${buyer.agreementId}`);
}

export function suspend(world: MemoryWorld): void {
  const { dice, marketplace } = world;
  const buyer = dice.pickMaybe(marketplace.buyers());
  if (buyer === undefined || !world.allows('suspended')) return;
  marketplace.suspendBuyer(buyer.accountId);
  const hours = dice.pick([1, 2, 4, 8, 30]);
  world.engine.suspendedUntilMs.set(buyer.accountId, world.timeline.nowMs + hours * HOUR_MS);
  world.tell(`  ${buyer.accountId} is suspended for ${hours} hours`);
}

/** Reinstates suspended accounts. */
export function reinstate(world: MemoryWorld): void {
  for (const [accountId, untilMs] of world.engine.suspendedUntilMs) {
    if (untilMs > world.timeline.nowMs && !world.isQuiet) continue;
    world.engine.suspendedUntilMs.delete(accountId);
    world.marketplace.suspendBuyer(accountId, false);
  }
}
