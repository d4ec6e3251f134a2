import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { buy } from '../../simulator';
import type { EngineWorld } from './engine-world';
import { LEGACY_PRODUCT, LICENSE_PRODUCT } from './settings';

/** One purchase, and what the seller's application knows of it. */
export interface EngineBuyer {
  accountId: string;
  agreementId: string;
  licenseArn: string;
  productCode: string;
  isRegistered: boolean;
  isEnded: boolean;
  /** From the moment one of the functions has stored it. */
  subscriptionId?: string;
}

/** Somebody accepts the public offer; AWS activates the licence at once or later. */
export async function subscribe(world: EngineWorld): Promise<void> {
  const { dice, marketplace, buyers } = world;
  // An older product's purchase tells no licence, and its customer has no other.
  const isOlder = buyers.length === 1 || (buyers.length > 2 && dice.chance(0.25));
  const productCode = isOlder ? LEGACY_PRODUCT : LICENSE_PRODUCT;
  const activationDelaySeconds = productCode === LICENSE_PRODUCT && dice.chance(0.4) ? dice.between(600, 9000) : 0;
  const { accountId, agreementId, licenseArn } = buy(marketplace, { productCode, activationDelaySeconds });
  const buyer: EngineBuyer = { accountId, agreementId, licenseArn, productCode, isRegistered: false, isEnded: false };
  buyers.push(buyer);
  world.tell(`${accountId} subscribes to ${productCode}, active after ${activationDelaySeconds} s`);
  // The licence event may be there first, or come later.
  if (dice.chance(0.5)) await world.settled();
  if (buyers.length < 3 || dice.chance(0.6)) await register(world, buyer);
  await learn(world);
}

/** A visit: the token that AWS Marketplace posts, the redirect with its cookie, the form. */
export async function register(world: EngineWorld, buyer: EngineBuyer): Promise<void> {
  const { stack, marketplace } = world;
  const { token } = marketplace.issueToken(buyer.agreementId);
  const post = async (path: string, fields: Record<string, string>, cookie = '') =>
    fetch(`${stack.url}${path}`, {
      method: 'POST',
      ...{ body: new URLSearchParams(fields), headers: { cookie }, redirect: 'manual' },
    });
  const registered = await post('/register', { 'x-amzn-marketplace-token': token });
  const cookie = registered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const fields = { email: 'buyer@example.com', name: 'Bea Buyer', company: `Buyer ${buyer.accountId}` };
  const done = await post('/registration', fields, cookie);
  world.tell(`  ${buyer.accountId} registers: ${registered.status}, ${done.status}`);
  if (registered.status !== 303 || done.status !== 303)
    world.violate({
      invariant: 'noSurprise',
      what: `a registration was answered ${registered.status}, ${done.status}`,
    });
  if (buyer.isRegistered) world.count('registeredAgain');
  buyer.isRegistered = true;
}

/** It is over, by an agreement that ends or a licence that is taken away. */
export async function end(world: EngineWorld): Promise<void> {
  const { dice, marketplace } = world;
  const candidates = world.buyers.filter(({ isEnded, isRegistered, agreementId }) => {
    const isActive = marketplace.agreement(agreementId).activatedAtMs !== undefined;
    return !isEnded && isRegistered && isActive;
  });
  // Somebody has to be left to use something.
  if (candidates.length < 3) return;
  const buyer = dice.pick(candidates);
  if (dice.chance(0.5)) marketplace.endAgreement(buyer.agreementId);
  else marketplace.deprovision(buyer.agreementId);
  buyer.isEnded = true;
  world.count('ended');
  world.tell(`${buyer.accountId} ends`);
  await learn(world);
  await world.settled();
}

const identitySchema = z.object({ subscriptionId: z.object({ S: z.string() }) });

/** Which subscriptions the purchases have become, by the identity items that the functions have stored. */
export async function learn({ buyers, books, marketplace, client, stack }: EngineWorld): Promise<void> {
  for (const buyer of buyers) {
    const { accountId, productCode, licenseArn } = buyer;
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
      ...{ mode, accountId, productCode, isEnded: buyer.isEnded },
      ...(mode === 'license' && { licenseArn }),
    });
  }
}
