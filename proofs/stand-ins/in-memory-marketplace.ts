import type {
  CustomerResolver,
  ResolveCustomerResult,
  ResolvedCustomer,
} from '../../lambdas/shared/marketplace/resolve-customer';

/** Registration tokens and the customers that AWS Marketplace resolves them to; any other token is invalid. */
export class InMemoryMarketplace implements CustomerResolver {
  readonly #results = new Map<string, ResolveCustomerResult>();

  given(token: string, customer: ResolvedCustomer): void {
    this.#results.set(token, { outcome: 'resolved', customer });
  }

  givenResult(token: string, result: ResolveCustomerResult): void {
    this.#results.set(token, result);
  }

  async resolve(registrationToken: string): Promise<ResolveCustomerResult> {
    return this.#results.get(registrationToken) ?? { outcome: 'invalidToken' };
  }
}
