import type { MarketplaceEntitlementServiceClient } from '@aws-sdk/client-marketplace-entitlement-service';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import type { contractOf } from '../../lambdas/shared/domain/contract';
import { sum, ZERO } from '../../lambdas/shared/domain/decimal';
import { historyOf } from '../../lambdas/shared/domain/entitlement-history';
import { hourOf, hourStartMs } from '../../lambdas/shared/domain/hour';
import { AwsEntitlementGateway } from '../../lambdas/shared/marketplace/get-entitlements';
import { exportsOf, method, mutant, type Mutant } from './mutant';

const contract = exportsOf('lambdas/shared/domain/contract');
const coverage = exportsOf('lambdas/shared/domain/coverage');
const entitlements = exportsOf('lambdas/shared/domain/entitlements');
const history = exportsOf('lambdas/shared/domain/entitlement-history');
const payment = exportsOf('lambdas/shared/domain/payment');
const recording = exportsOf('lambdas/record-usage/record-usage');

/** Mutants of contracts: what AWS says a contract gives, and how much usage it covers. */
export const CONTRACT_MUTANTS: readonly Mutant[] = [
  mutant(
    'a failure of GetEntitlements is read as no entitlements',
    method(
      AwsEntitlementGateway,
      'getEntitlements',
      (getEntitlements) =>
        async function (owner) {
          const result = await getEntitlements.call(this, owner);
          return result.outcome === 'read' || result.outcome === 'unreadable'
            ? result
            : { outcome: 'read', entitlements: [] };
        },
    ),
  ),
  mutant(
    'an empty page is the last',
    method(
      AwsEntitlementGateway,
      'getEntitlements',
      (getEntitlements) =>
        function (owner) {
          const { client, beforeCall } = this as unknown as EntitlementPorts;
          const send = async (command: unknown) => {
            const page = await client.send(command);
            return page.Entitlements?.length === 0 ? { ...page, NextToken: undefined } : page;
          };
          const answering = { send } as unknown as MarketplaceEntitlementServiceClient;
          return getEntitlements.call(new AwsEntitlementGateway(answering, beforeCall), owner);
        },
    ),
  ),
  mutant(
    'an older answer of AWS replaces a newer one',
    entitlements('isOvertaken', () => () => false),
  ),
  mutant(
    'a contract is billed on what AWS said before the hour was over',
    contract(
      'contractOf',
      (original) => (payer, question) =>
        original(payer, isAskedAfterEnd(question) ? question : asIfAskedLater(question)),
    ),
  ),
  mutant(
    'a contract is believed to give nothing before it is active',
    contract('contractOf', (original) => (payer, question) => {
      const activatedAtMs = Math.min(payer.activatedAtMs, hourStartMs(question.hour));
      const found = original({ ...payer, activatedAtMs }, question);
      return typeof found === 'object' ? { ...found, activationHour: hourOf(payer.activatedAtMs) } : found;
    }),
  ),
  mutant(
    'nothing but the answer after its end is known of a contract',
    contract(
      'contractOf',
      (original) => (payer, question) =>
        original(payer, isAskedAfterEnd(question) ? asIfAskedLater(question) : question),
    ),
  ),
  mutant(
    "a contract's current amounts count for every hour",
    history('givenIn', (givenIn) => (hour, known) => givenIn(hour, { ...known, history: known.history.slice(-1) })),
  ),
  mutant(
    'each change of a contract grants its amount again',
    coverage('netUsage', (netUsage) => (usedByHour, known) => {
      const netting = netUsage(usedByHour, known);
      if (netting.coverage === undefined) return netting;
      const periods = [...netting.coverage.periods].map(
        ([from, { amounts }]) => [from, { amounts, covered: sum(amounts.map(({ used }) => used)) }] as const,
      );
      const more = periods.map(([from, { covered }]) =>
        covered.minus(known.coverage?.periods.get(from)?.covered ?? ZERO),
      );
      return { coveredQuantity: sum(more), coverage: { ...netting.coverage, periods: new Map(periods) } };
    }),
  ),
  mutant(
    'a product sold by contract alone is metered',
    payment(
      'paymentOf',
      (paymentOf) => (hourKey, source) => paymentOf(hourKey, { ...source, products: asMetered(source.products) }),
    ),
  ),
  mutant(
    'usage of a product sold by contract alone is accepted',
    recording(
      'recordUsage',
      (recordUsage) => (request, deps) => recordUsage(request, { ...deps, products: asMetered(deps.products) }),
    ),
  ),
  mutant(
    'the covered usage of a contract is forgotten',
    coverage(
      'netUsage',
      (netUsage) => (usedByHour, known) =>
        netUsage(usedByHour, { ...known, coverage: known.coverage && { ...known.coverage, periods: new Map() } }),
    ),
  ),
  mutant(
    'a contract covers nothing',
    coverage('netUsage', (netUsage) => (...args) => ({ ...netUsage(...args), coveredQuantity: ZERO })),
  ),
];

/** The dependencies of the adapter for GetEntitlements. */
interface EntitlementPorts {
  client: { send(command: unknown): Promise<{ Entitlements?: unknown[]; NextToken?: string }> };
  beforeCall(): Promise<void>;
}

type ContractQuestion = Parameters<typeof contractOf>[1];

function isAskedAfterEnd({ entitlements: known, endingAt }: ContractQuestion): boolean {
  return known !== undefined && endingAt !== undefined && Date.parse(known.checkedAt) > Date.parse(endingAt);
}

/** The same answer, as if AWS had been asked in the far future about a contract that is still active. */
function asIfAskedLater({ entitlements: known, ...question }: ContractQuestion): ContractQuestion {
  const later = known && { ...known, history: historyOf(known), checkedAt: '9998-01-01T00:00:00.000Z' };
  return { ...question, entitlements: later, endingAt: undefined, periods: undefined };
}

/** Every product as one whose usage AWS bills. */
function asMetered(products: ReadonlyMap<string, Product>): Map<string, Product> {
  return new Map(
    [...products].map(([code, product]) => [
      code,
      product.pricingModel === 'contract' ? { ...product, pricingModel: 'subscription' } : product,
    ]),
  );
}
