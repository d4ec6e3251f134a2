import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { EngineBuyer } from './books';
import type { EngineWorld } from './engine-world';
import { LEGACY_PRODUCT, LICENSE_PRODUCT } from './settings';

/** A new buyer accepts the public offer. AWS activates the licence at once or later. */
export async function subscribe(world: EngineWorld): Promise<void> {
  const { dice, running, buyers } = world;
  // AWS names no licence for a purchase of the older product.
  const isOlder = buyers.length === 1 || (buyers.length > 2 && dice.chance(0.25));
  const productCode = isOlder ? LEGACY_PRODUCT : LICENSE_PRODUCT;
  const activationDelaySeconds = productCode === LICENSE_PRODUCT && dice.chance(0.4) ? dice.between(600, 9000) : 0;
  const actor = running.subscribe({ productCode, activationDelaySeconds });
  const buyer: EngineBuyer = { actor, isRegistered: false, isEnded: false };
  buyers.push(buyer);
  world.tell(`${actor.agreement.accountId} subscribes to ${productCode}, active after ${activationDelaySeconds} s`);
  // The licence event may be there first, or come later.
  if (dice.chance(0.5)) await world.settled();
  if (buyers.length < 3 || dice.chance(0.6)) await register(world, buyer);
  await learn(world);
}

export async function register(world: EngineWorld, buyer: EngineBuyer): Promise<void> {
  const { accountId } = buyer.actor.agreement;
  world.tell(`  ${accountId} registers`);
  await buyer.actor.register({ company: `Buyer ${accountId}` }).catch((error: unknown) => {
    world.violate({ invariant: 'noSurprise', what: String(error) });
  });
  if (buyer.isRegistered) world.count('registeredAgain');
  buyer.isRegistered = true;
}

/** A subscription ends: the buyer cancels, or AWS takes the licence away. */
export async function end(world: EngineWorld): Promise<void> {
  const { dice, marketplace } = world;
  const candidates = world.buyers.filter(({ isEnded, isRegistered, actor }) => {
    const isActive = marketplace.agreement(actor.agreement.agreementId).activatedAtMs !== undefined;
    return !isEnded && isRegistered && isActive;
  });
  // Leave enough buyers to use something.
  if (candidates.length < 3) return;
  const buyer = dice.pick(candidates);
  const { accountId, agreementId } = buyer.actor.agreement;
  if (dice.chance(0.5)) buyer.actor.cancel();
  else marketplace.deprovision(agreementId);
  buyer.isEnded = true;
  world.count('ended');
  world.tell(`${accountId} ends`);
  await learn(world);
  await world.settled();
}

const identitySchema = z.object({ subscriptionId: z.object({ S: z.string() }) });

/** Learns the subscriptions of the buyers from the identity items that the functions have stored. */
export async function learn({ buyers, books, marketplace, client, stack }: EngineWorld): Promise<void> {
  for (const buyer of buyers) {
    const { accountId, productCode, licenseArn } = buyer.actor.agreement;
    const mode = productCode === LEGACY_PRODUCT ? ('legacy' as const) : ('license' as const);
    if (buyer.subscriptionId === undefined) {
      const known = marketplace.buyers().find((each) => each.accountId === accountId);
      const pk =
        mode === 'legacy'
          ? `customer#${productCode}#${known?.customerIdentifier}`
          : `license#${licenseArn.slice(licenseArn.lastIndexOf(':') + 1)}`;
      const Key = { pk: { S: pk }, sk: { S: 'identity' } };
      const { Item } = await client.send(
        new GetItemCommand({ TableName: stack.table('subscriptions'), Key, ConsistentRead: true }),
      );
      if (Item !== undefined) buyer.subscriptionId = identitySchema.parse(Item).subscriptionId.S;
    }
    if (buyer.subscriptionId === undefined) continue;
    books.customers.set(buyer.subscriptionId, {
      mode,
      accountId,
      productCode,
      isEnded: buyer.isEnded,
      ...(mode === 'license' && { licenseArn }),
    });
  }
}
