import type { Context } from './context';
import { digits, lowerCase } from './random';
import { required, SetupError } from './required';
import type { Buyer, Offer, Product } from './state';

export type NewProduct = Omit<Product, 'productId'> & Partial<Pick<Product, 'productId'>>;

/** Publishes a product with a public offer. */
export function addProduct(context: Context, product: NewProduct): Product {
  const { products } = context.state;
  if (products.has(product.productCode)) throw new SetupError(409, `Product ${product.productCode} already exists.`);
  const published = {
    ...product,
    dimensions: [...product.dimensions],
    productId: product.productId ?? `prod-${lowerCase(context.random, 13)}`,
  };
  products.set(product.productCode, published);
  addOffer(context, { productCode: product.productCode, name: 'Public offer' });
  return published;
}

export interface NewOffer {
  productCode: string;
  name: string;
  freeTrial?: boolean;
  /** Makes it a private offer: only this account may accept it. */
  buyerAccountId?: string;
  /** Makes it a future-dated offer: the agreement starts then. */
  startsAtMs?: number;
  /** Makes it a channel partner's offer. */
  channelPartnerAccountId?: string;
}

export function addOffer(context: Context, { channelPartnerAccountId: partner, ...offer }: NewOffer): Offer {
  required(context.state.products, offer.productCode, 'product');
  const made: Offer = {
    ...offer,
    freeTrial: offer.freeTrial ?? false,
    offerId: `offer-${lowerCase(context.random, 13)}`,
    ...(partner !== undefined && {
      channelPartner: { accountId: partner, resaleAuthorizationId: `resaleauthz-${lowerCase(context.random, 13)}` },
    }),
  };
  context.state.offers.set(made.offerId, made);
  return made;
}

/** The product's public offer, which buyers accept by default. */
export function publicOffer(context: Context, productCode: string): Offer {
  required(context.state.products, productCode, 'product');
  const offer = [...context.state.offers.values()].find(
    ({ productCode: code, buyerAccountId }) => code === productCode && buyerAccountId === undefined,
  );
  if (!offer) throw new SetupError(404, `Product ${productCode} has no public offer.`);
  return offer;
}

/** The product's free-trial offer; the first call creates it. */
export function freeTrialOffer(context: Context, productCode: string): Offer {
  const offer = [...context.state.offers.values()].find(
    (candidate) =>
      candidate.productCode === productCode && candidate.freeTrial && candidate.buyerAccountId === undefined,
  );
  return offer ?? addOffer(context, { productCode, name: 'Free trial', freeTrial: true });
}

export function addBuyer(
  context: Context,
  { accountId = digits(context.random, 12), name = '' }: Partial<Buyer> = {},
): Buyer {
  const { buyers } = context.state;
  if (buyers.has(accountId)) throw new SetupError(409, `Buyer ${accountId} already exists.`);
  const buyer: Buyer = {
    accountId,
    name: name === '' ? `Buyer ${buyers.size + 1}` : name,
    customerIdentifier: lowerCase(context.random, 11),
    suspended: false,
  };
  buyers.set(accountId, buyer);
  return buyer;
}
