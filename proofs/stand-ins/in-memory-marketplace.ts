import {
  MarketplaceMeteringServiceException,
  type MarketplaceMeteringClient,
  type ResolveCustomerCommand,
} from '@aws-sdk/client-marketplace-metering';
import type { ResolvedCustomer } from '../../lambdas/shared/marketplace/resolve-customer';

/** ResolveCustomer as the SDK's client answers it: by registration token. Any other token is invalid. */
export class InMemoryMarketplace {
  readonly #answers = new Map<string, object | Error>();
  readonly #invalid = exception('InvalidTokenException', 400);

  /** The adapters use `send` of the SDK's class and nothing else of it. */
  readonly client = {
    send: async ({ input }: ResolveCustomerCommand): Promise<object> => {
      const answer = this.#answers.get(input.RegistrationToken ?? '') ?? this.#invalid;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as MarketplaceMeteringClient;

  given(token: string, { productCode, customerAWSAccountId, licenseArn, customerIdentifier }: ResolvedCustomer): void {
    this.#answers.set(token, {
      ProductCode: productCode,
      CustomerAWSAccountId: customerAWSAccountId,
      LicenseArn: licenseArn,
      CustomerIdentifier: customerIdentifier,
    });
  }

  /** From now on the call fails, with AWS's exception of this name and status or with another error. */
  givenFailure(token: string, failure: Error | { name: string; status: number }): void {
    this.#answers.set(token, failure instanceof Error ? failure : exception(failure.name, failure.status));
  }
}

function exception(name: string, status: number): Error {
  const $fault = status >= 500 ? 'server' : 'client';
  return new MarketplaceMeteringServiceException({ name, $fault, $metadata: { httpStatusCode: status } });
}
