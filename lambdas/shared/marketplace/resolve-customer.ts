import {
  MarketplaceMeteringServiceException,
  ResolveCustomerCommand,
  type MarketplaceMeteringClient,
} from '@aws-sdk/client-marketplace-metering';
import { isThrottle, statusOf } from './aws-errors';

/** Who AWS says posted the registration token. Which of the optional fields there are depends on the product's age. */
export interface ResolvedCustomer {
  productCode: string;
  customerAWSAccountId?: string;
  licenseArn?: string;
  customerIdentifier?: string;
}

export type ResolveCustomerResult =
  | { outcome: 'resolved'; customer: ResolvedCustomer }
  /** The buyer took too long or used it before: only a new click in AWS Marketplace helps. */
  | { outcome: 'expiredToken' | 'invalidToken' }
  /** The same request may succeed later. */
  | { outcome: 'throttled' | 'unavailable' }
  /** Our account, permissions or region: no buyer can help that. */
  | { outcome: 'misconfigured'; reason: string };

export interface CustomerResolver {
  resolve(registrationToken: string): Promise<ResolveCustomerResult>;
}

/** Asks AWS Marketplace. Retrying is the SDK client's (`maxAttempts`), so every answer here is the last one. */
export class MarketplaceCustomerResolver implements CustomerResolver {
  readonly #client: MarketplaceMeteringClient;

  constructor(client: MarketplaceMeteringClient) {
    this.#client = client;
  }

  async resolve(registrationToken: string): Promise<ResolveCustomerResult> {
    try {
      const answer = await this.#client.send(new ResolveCustomerCommand({ RegistrationToken: registrationToken }));
      const { ProductCode, CustomerAWSAccountId, LicenseArn, CustomerIdentifier } = answer;
      if (!ProductCode) return { outcome: 'misconfigured', reason: 'ProductCodeMissing' };
      return {
        outcome: 'resolved',
        customer: {
          productCode: ProductCode,
          customerAWSAccountId: CustomerAWSAccountId || undefined,
          licenseArn: LicenseArn || undefined,
          customerIdentifier: CustomerIdentifier || undefined,
        },
      };
    } catch (error) {
      return toResult(error);
    }
  }
}

/** By name: AWS's access errors have no class of their own in the service's client. */
function toResult(error: unknown): ResolveCustomerResult {
  if (!(error instanceof Error)) throw error;
  const status = statusOf(error, MarketplaceMeteringServiceException);
  if (isThrottle(error.name, status)) return { outcome: 'throttled' };
  switch (error.name) {
    case 'ExpiredTokenException':
      return { outcome: 'expiredToken' };
    case 'InvalidTokenException':
    // The token does not even have the shape of one.
    case 'ValidationException':
      return { outcome: 'invalidToken' };
  }
  if (isUnavailable(error, status)) return { outcome: 'unavailable' };
  // DisabledApiException, AccessDeniedException, UnrecognizedClientException, …: AWS refuses us, not the buyer.
  if (error instanceof MarketplaceMeteringServiceException) return { outcome: 'misconfigured', reason: error.name };
  throw error;
}

/** AWS's fault or the network's: a 5xx, a timeout, or a socket that never came to an answer. */
function isUnavailable(error: Error, status: number | undefined): boolean {
  if (error instanceof MarketplaceMeteringServiceException) return error.$fault === 'server' || (status ?? 0) >= 500;
  return error.name === 'TimeoutError' || ('code' in error && typeof error.code === 'string');
}
