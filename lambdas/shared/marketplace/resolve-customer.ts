import {
  MarketplaceMeteringServiceException,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import { isAccountRefusal, isThrottle, statusOf } from './aws-errors';
import { sendResolveCustomer } from './decimal-members';

/** The customer behind a registration token. The product's age decides which optional fields AWS returns. */
export interface ResolvedCustomer {
  productCode: string;
  customerAWSAccountId?: string;
  licenseArn?: string;
  customerIdentifier?: string;
  /** The agreement that the buyer accepted. */
  agreementId?: string;
}

export type ResolveCustomerResult =
  | { outcome: 'resolved'; customer: ResolvedCustomer }
  /** The token is too old or was used before: the buyer must open the page from AWS Marketplace again. */
  | { outcome: 'expiredToken' | 'invalidToken' }
  /** The same request may succeed later. */
  | { outcome: 'throttled' | 'unavailable' }
  /** Our account, permissions or region are wrong. The buyer cannot fix that. */
  | { outcome: 'misconfigured'; reason: string };

export interface CustomerResolver {
  resolve(registrationToken: string): Promise<ResolveCustomerResult>;
}

/** Calls ResolveCustomer. The SDK client retries (`maxAttempts`), so every result here is final. */
export class MarketplaceCustomerResolver implements CustomerResolver {
  readonly #client: MarketplaceMeteringClient;

  constructor(client: MarketplaceMeteringClient) {
    this.#client = client;
  }

  async resolve(registrationToken: string): Promise<ResolveCustomerResult> {
    try {
      const answer = await sendResolveCustomer(this.#client, registrationToken);
      const { ProductCode, CustomerAWSAccountId, LicenseArn, CustomerIdentifier, Metadata } = answer;
      if (!ProductCode) return { outcome: 'misconfigured', reason: 'ProductCodeMissing' };
      return {
        outcome: 'resolved',
        customer: {
          productCode: ProductCode,
          customerAWSAccountId: CustomerAWSAccountId || undefined,
          licenseArn: LicenseArn || undefined,
          customerIdentifier: CustomerIdentifier || undefined,
          agreementId: Metadata?.AgreementId || undefined,
        },
      };
    } catch (error) {
      return toResult(error);
    }
  }
}

/** Decides by the error's name, because the service's client has no classes for AWS's access errors. */
function toResult(error: unknown): ResolveCustomerResult {
  if (!(error instanceof Error)) throw error;
  const status = statusOf(error, MarketplaceMeteringServiceException);
  if (isThrottle(error.name, status)) return { outcome: 'throttled' };
  switch (error.name) {
    case 'ExpiredTokenException':
      return { outcome: 'expiredToken' };
    case 'InvalidTokenException':
    // The text does not have the format of a token.
    case 'ValidationException':
      return { outcome: 'invalidToken' };
  }
  if (isUnavailable(error, status)) return { outcome: 'unavailable' };
  // DisabledApiException, AccessDeniedException, UnrecognizedClientException, …: AWS refuses our account.
  if (error instanceof MarketplaceMeteringServiceException || isAccountRefusal(error.name, status))
    return { outcome: 'misconfigured', reason: error.name };
  throw error;
}

/** A server or network error: a 5xx, a timeout, or a connection that failed before a response. */
function isUnavailable(error: Error, status: number | undefined): boolean {
  if (error instanceof MarketplaceMeteringServiceException) return error.$fault === 'server' || (status ?? 0) >= 500;
  return error.name === 'TimeoutError' || ('code' in error && typeof error.code === 'string');
}
