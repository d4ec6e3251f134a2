import type { UsageRecord } from '@aws-sdk/client-marketplace-metering';
import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { CONTRACT_PRODUCT, NETTED_DIMENSION, UNMETERED_PRODUCT } from './settings';
import type { Agreement } from '../../../simulator';

/** One purchase, and what the seller's application knows about it. */
export interface Buyer {
  accountId: string;
  customerIdentifier: string;
  /** The current agreement; a renewal replaces it. */
  agreementId: string;
  licenseArn: string;
  productCode: string;
  mode: 'license' | 'legacy';
  isRegistered: boolean;
  /** Another agreement has taken over its licence. */
  wasRenewed: boolean;
  /** Set once one of the functions has stored it. */
  subscriptionId?: string;
  readonly activatedAtMs?: number;
  readonly endedAtMs?: number;
}

type CustomerKey = Partial<Pick<Buyer, 'licenseArn' | 'customerIdentifier' | 'accountId'>>;
export type KnownBuyer = Buyer & { subscriptionId: string };

export class Buyers {
  readonly all: Buyer[] = [];

  constructor(
    private readonly marketplace: { agreement(id: string): Pick<Agreement, 'activatedAtMs' | 'endedAtMs'> },
  ) {}

  add(
    purchase: Pick<Buyer, 'accountId' | 'customerIdentifier' | 'agreementId' | 'licenseArn' | 'productCode' | 'mode'>,
  ) {
    const { marketplace } = this;
    const known = this.all.find((buyer) => purchase.mode === 'legacy' && isSameCustomer(buyer, purchase));
    const buyer: Buyer = {
      ...purchase,
      isRegistered: false,
      wasRenewed: false,
      subscriptionId: known?.subscriptionId,
      get activatedAtMs() {
        return marketplace.agreement(this.agreementId).activatedAtMs;
      },
      get endedAtMs() {
        return marketplace.agreement(this.agreementId).endedAtMs;
      },
    };
    this.all.push(buyer);
    return buyer;
  }

  /** An identity item of the Subscriptions table says which subscription a licence or customer is. */
  learnIdentity({ pk, sk, subscriptionId }: Record<string, unknown>): void {
    if (sk !== 'identity') return;
    for (const buyer of this.all) {
      if (pk === identityOf(buyer)) buyer.subscriptionId = String(subscriptionId);
    }
  }

  /** The buyer of a licence, or the customer of the older product: by its identifier or, in AWS's ledger, its account. */
  of({ licenseArn, ...customer }: CustomerKey): Buyer | undefined {
    if (licenseArn !== undefined)
      return this.all.find((buyer) => licenseIdOf(buyer.licenseArn) === licenseIdOf(licenseArn));
    return this.all.find(
      ({ mode, customerIdentifier, accountId }) =>
        mode === 'legacy' && (customerIdentifier === customer.customerIdentifier || accountId === customer.accountId),
    );
  }

  ofRecord({ LicenseArn, CustomerIdentifier }: UsageRecord): Buyer | undefined {
    return this.of({ licenseArn: LicenseArn, customerIdentifier: CustomerIdentifier });
  }

  /** Whether hours of this subscription and dimension can be sealed: AWS knows who pays, and we do. */
  isMetered(subscriptionId: string, dimension: string, products: readonly Product[]): boolean {
    return this.all.some(
      (buyer) =>
        buyer.subscriptionId === subscriptionId &&
        buyer.activatedAtMs !== undefined &&
        buyer.isRegistered &&
        buyer.productCode !== UNMETERED_PRODUCT &&
        products.some(
          ({ productCode, dimensions }) =>
            productCode === buyer.productCode && dimensions.some(({ apiName }) => apiName === dimension),
        ),
    );
  }

  /** Whether its product is sold by contract alone. */
  isUnmetered(subscriptionId: string): boolean {
    return this.all.some((buyer) => buyer.subscriptionId === subscriptionId && buyer.productCode === UNMETERED_PRODUCT);
  }

  /** Whether a contract covers usage of this dimension. */
  isNetted(subscriptionId: string, dimension: string): boolean {
    return (
      dimension === NETTED_DIMENSION &&
      this.all.some((buyer) => buyer.subscriptionId === subscriptionId && buyer.productCode === CONTRACT_PRODUCT)
    );
  }

  /** The purchases of a subscription: several if an older product's customer came back. */
  withSubscription(subscriptionId: string): Buyer[] {
    return this.all.filter((buyer) => buyer.subscriptionId === subscriptionId);
  }

  /** The buyers whose agreement AWS activated and has not ended. */
  get live(): Buyer[] {
    return this.all.filter(({ endedAtMs, activatedAtMs }) => activatedAtMs !== undefined && endedAtMs === undefined);
  }

  /** The subscriptions for which usage can be reported. */
  get known(): KnownBuyer[] {
    return this.all.filter((buyer): buyer is KnownBuyer => buyer.subscriptionId !== undefined);
  }
}

/** The key of the item that says which subscription it is. */
export function identityOf({ mode, licenseArn, productCode, customerIdentifier }: Buyer): string {
  return mode === 'license' ? `license#${licenseIdOf(licenseArn)}` : `customer#${productCode}#${customerIdentifier}`;
}

export const licenseIdOf = (arn: string): string => arn.slice(arn.lastIndexOf('l-'));

function isSameCustomer(a: Pick<Buyer, 'mode' | 'productCode' | 'accountId'>, b: typeof a): boolean {
  return a.mode === b.mode && a.productCode === b.productCode && a.accountId === b.accountId;
}
