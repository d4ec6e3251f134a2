import { digits, lowerCase } from './random';
import { required, SetupError } from './required';
import type { Buyer, Offer, Product } from './state';
import type { World } from './world';

export type NewProduct = Omit<Product, 'productId'>;

/** Publishes a product, with a public offer beside it. */
export function addProduct(world: World, product: NewProduct): Product {
  const { products } = world.state;
  if (products.has(product.productCode)) throw new SetupError(409, `Product ${product.productCode} exists already.`);
  const published = {
    ...product,
    dimensions: [...product.dimensions],
    productId: `prod-${lowerCase(world.random, 13)}`,
  };
  products.set(product.productCode, published);
  addOffer(world, { productCode: product.productCode, name: 'Public offer' });
  return published;
}

export interface NewOffer {
  productCode: string;
  name: string;
  freeTrial?: boolean;
  /** A private offer, for this account alone. */
  buyerAccountId?: string;
  /** A future-dated offer: what accepts it begins then. */
  startsAtMs?: number;
  /** Whose offer it is when it is not the seller's own. */
  channelPartnerAccountId?: string;
}

export function addOffer(world: World, { channelPartnerAccountId: partner, ...offer }: NewOffer): Offer {
  required(world.state.products, offer.productCode, 'product');
  const made: Offer = {
    ...offer,
    freeTrial: offer.freeTrial ?? false,
    offerId: `offer-${lowerCase(world.random, 13)}`,
    ...(partner !== undefined && {
      channelPartner: { accountId: partner, resaleAuthorizationId: `resaleauthz-${lowerCase(world.random, 13)}` },
    }),
  };
  world.state.offers.set(made.offerId, made);
  return made;
}

/** The seller's own public offer of a product: what a buyer accepts who asks for nothing else. */
export function publicOffer(world: World, productCode: string): Offer {
  required(world.state.products, productCode, 'product');
  const offer = [...world.state.offers.values()].find(
    ({ productCode: code, buyerAccountId }) => code === productCode && buyerAccountId === undefined,
  );
  if (!offer) throw new SetupError(404, `Product ${productCode} has no offer.`);
  return offer;
}

/** The product's free-trial offer, made when it is first asked for. */
export function freeTrialOffer(world: World, productCode: string): Offer {
  const offer = [...world.state.offers.values()].find(
    (candidate) =>
      candidate.productCode === productCode && candidate.freeTrial && candidate.buyerAccountId === undefined,
  );
  return offer ?? addOffer(world, { productCode, name: 'Free trial', freeTrial: true });
}

export function addBuyer(
  world: World,
  { accountId = digits(world.random, 12), name = '' }: Partial<Buyer> = {},
): Buyer {
  const { buyers } = world.state;
  if (buyers.has(accountId)) throw new SetupError(409, `Buyer ${accountId} exists already.`);
  const buyer: Buyer = {
    accountId,
    name: name === '' ? `Buyer ${buyers.size + 1}` : name,
    customerIdentifier: lowerCase(world.random, 11),
    suspended: false,
  };
  buyers.set(accountId, buyer);
  return buyer;
}
