import type { Buyer } from '../../driver/buyers';
import { leave, purchase, registerBuyer } from '../../driver/purchases';
import { reportOf } from '../../driver/report';
import { CONTRACT_PRODUCT, CONTRACTS, LEGACY_PRODUCT, LICENSE_PRODUCTS } from '../../driver/settings';
import type { MemoryWorld } from '../memory-engine';
import { amendContract, buyersWhoLeft, renewOf } from './agreements';
import { followChanges } from './follow-changes';
import { followOne } from './follow-messages';
import { movable, moveBuyers } from './move';

/**
 * Something happens at AWS, and all functions that follow it change the same subscription at the same moment: events of
 * the licence and of its agreement, a registration, the check of entitlements. The second writer finds that the item it
 * read has changed. Then the buyer's usage is reported, while a read may still show the subscription before.
 */
export async function meet(world: MemoryWorld): Promise<void> {
  const { dice, engine } = world;
  const { queue } = engine;
  const before = new Set(queue);
  const buyer = dice.chance(0.4) ? buy(world) : befall(world);
  if (buyer === undefined) return;
  const news = world.engine.waitingMessages.filter((message) => !before.has(message));
  for (const message of news) queue.splice(queue.indexOf(message), 1);
  const again = dice.pickMaybe(world.engine.followed.slice(-2));
  const mayRegister = buyer.endedAtMs === undefined && (!buyer.isRegistered || dice.chance(0.3));
  const mayMove = world.allows('moved') && dice.chance(0.2) && movable(world).includes(buyer);
  const versionBefore = versionOf(world, buyer);
  for (const message of news) followOne(world, message);
  if (again && dice.chance(0.3)) followOne(world, again);
  if (mayRegister) registerBuyer(world, buyer);
  if (dice.chance(0.3)) followChanges(world);
  if (mayMove) moveBuyers(world, [buyer]);
  await engine.run();
  if (versionOf(world, buyer) > versionBefore + 1) world.count('changedAtOnce', buyer.subscriptionId);
  reportOf(world, buyer);
}

/** A purchase that is active immediately, whose buyer is already registering. */
function buy(world: MemoryWorld): Buyer | undefined {
  const { dice, marketplace, buyers } = world;
  const left = world.allows('resubscribed') ? dice.pickMaybe(buyersWhoLeft(world)) : undefined;
  const productCode = dice.pick([...LICENSE_PRODUCTS, LEGACY_PRODUCT, CONTRACT_PRODUCT]);
  if (left !== undefined && dice.chance(0.7)) purchase(world, left, LEGACY_PRODUCT, [0]);
  else purchase(world, marketplace.addBuyer().accountId, productCode, [0]);
  return buyers.all.at(-1);
}

/** Several simultaneous events about an existing buyer. */
function befall(world: MemoryWorld): Buyer | undefined {
  const { dice } = world;
  const buyer = dice.pickMaybe(world.buyers.live);
  if (buyer === undefined) return undefined;
  switch (dice.weighted({ renewed: 3, ended: 1, amended: 2 })) {
    case 'renewed':
      if (buyer.mode === 'license' && world.allows('renewed')) renewOf(world, buyer);
      break;
    case 'ended':
      // The agreement and the licence end in the same second.
      if (world.allows('endedMidHour')) leave(world, buyer, [0]);
      break;
    case 'amended':
      if (CONTRACTS.has(buyer.productCode) && world.allows('amended')) amendContract(world, buyer);
  }
  return buyer;
}

function versionOf({ engine }: MemoryWorld, { subscriptionId }: Buyer): number {
  const stored = engine.dynamoDb.table('subscriptions').get({ pk: subscriptionId, sk: 'subscription' });
  return Number(String(stored?.version ?? 0));
}
