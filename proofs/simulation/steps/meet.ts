import type { Buyer } from '../buyers';
import { CONTRACT_PRODUCT, CONTRACTS, LEGACY_PRODUCT, LICENSE_PRODUCTS } from '../settings';
import type { Task, World } from '../world';
import { followChanges } from './follow-changes';
import { movable, moveBuyers } from './move';
import {
  amendContract,
  buyersWhoLeft,
  followOne,
  leave,
  live,
  purchase,
  registerBuyer,
  renewOf,
} from './subscriptions';

/**
 * Something happens at AWS, and all that hears of it is at the same subscription at the same moment: events of the
 * licence and of its agreement, a registration, the check of the entitlements. Whoever writes second finds that what it
 * read has been changed.
 */
export function meet(world: World): Task[] {
  const { dice, queue } = world;
  const before = new Set(queue);
  const buyer = dice.chance(0.4) ? buy(world) : befall(world);
  if (buyer === undefined) return [];
  const news = world.waitingMessages.filter((message) => !before.has(message));
  for (const message of news) queue.splice(queue.indexOf(message), 1);
  const again = dice.pickMaybe(world.followed.slice(-2));
  const mayRegister = buyer.endedAtMs === undefined && (!buyer.isRegistered || dice.chance(0.3));
  const mayMove = world.allows('moved') && dice.chance(0.2) && movable(world).includes(buyer);
  const versionBefore = versionOf(world, buyer);
  const tasks = [
    ...news.map((message) => followOne(world, message)),
    ...(again && dice.chance(0.3) ? [followOne(world, again)] : []),
    ...(mayRegister ? [registerBuyer(world, buyer)] : []),
    ...(dice.chance(0.3) ? followChanges(world) : []),
    ...(mayMove ? [moveBuyers(world, [buyer])] : []),
  ];
  return tasks.map((task, index) => (index === 0 ? counting(world, task, { buyer, versionBefore }) : task));
}

function counting(world: World, task: Task, { buyer, versionBefore }: { buyer: Buyer; versionBefore: number }): Task {
  const finish = () => {
    if (versionOf(world, buyer) > versionBefore + 1) world.count('changedAtOnce', buyer.subscriptionId);
    task.finish();
  };
  return { ...task, finish };
}

/** A purchase that is active at once, and whose buyer is at the registration already. */
function buy(world: World): Buyer | undefined {
  const { dice, marketplace, buyers } = world;
  const left = world.allows('resubscribed') ? dice.pickMaybe(buyersWhoLeft(world)) : undefined;
  const productCode = dice.pick([...LICENSE_PRODUCTS, LEGACY_PRODUCT, CONTRACT_PRODUCT]);
  if (left !== undefined && dice.chance(0.7)) purchase(world, left, LEGACY_PRODUCT, [0]);
  else purchase(world, marketplace.addBuyer().accountId, productCode, [0]);
  return buyers.all.at(-1);
}

/** Several events at once about somebody who is there. */
function befall(world: World): Buyer | undefined {
  const { dice } = world;
  const buyer = dice.pickMaybe(live(world));
  if (buyer === undefined) return undefined;
  switch (dice.weighted({ renewed: 3, ended: 1, amended: 2 })) {
    case 'renewed':
      if (buyer.mode === 'license' && world.allows('renewed')) renewOf(world, buyer);
      break;
    case 'ended':
      // Of the agreement and of the licence in the same second.
      if (world.allows('ended')) leave(world, buyer, [0]);
      break;
    case 'amended':
      if (CONTRACTS.has(buyer.productCode) && world.allows('amended')) amendContract(world, buyer);
  }
  return buyer;
}

function versionOf({ dynamoDb }: World, { subscriptionId }: Buyer): number {
  const stored = dynamoDb.table('subscriptions').get({ pk: subscriptionId, sk: 'subscription' });
  return Number(String(stored?.version ?? 0));
}
