import { toLicenseId, type Identity } from '../../lambdas/shared/domain/identity';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import type { Ops } from '../command';
import { OperatorError } from '../errors';
import type { Installation } from '../installation/installation';
import { databaseOf } from '../stores/ledger-stores';
import { listSubscriptions } from '../stores/subscription-listing';

/** Longer texts are no key of a table. */
const LONGEST = 500;

/**
 * The subscriptions that a text names by a key: a subscription id, an AWS account, a licence or its ARN, an agreement, or
 * an older product's customer. Each is found with a handful of reads, without a scan.
 */
export async function findAtOnce(
  { installation, configuration }: Pick<Ops, 'installation' | 'configuration'>,
  text: string,
): Promise<Subscription[]> {
  const key = text.trim();
  if (key === '' || key.length > LONGEST) return [];
  if (/^\d{12}$/.test(key)) return ofAccount(installation, key);
  const store = new DynamoDbSubscriptions(databaseOf(installation));
  const [agreement, ...owners] = await Promise.all([
    store.ofAgreement(key),
    ...identitiesOf(key, legacyProductCodes(configuration)).map((identity) => store.findByIdentity(identity)),
  ]);
  const byIdentity = owners.filter((owner) => owner !== undefined);
  const byId = await store.getMany([...new Set([key, ...agreement.subscriptionIds])]);
  const found = new Map([...byId.values(), ...byIdentity].map((each) => [each.subscriptionId, each]));
  return [...found.values()];
}

async function ofAccount(installation: Installation, account: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  for await (const subscription of listSubscriptions(installation, { account })) found.push(subscription);
  return found;
}

/** A licence's id keeps its case or not, by its shape, which `toLicenseId` knows. */
function identitiesOf(text: string, legacyProductCodes: readonly string[]): Identity[] {
  return [
    { kind: 'license', licenseId: toLicenseId(text) ?? text },
    ...legacyProductCodes.map(
      (productCode) => ({ kind: 'legacyCustomer', productCode, customerIdentifier: text }) as const,
    ),
  ];
}

/** Without the deployed configuration, everything but older products' customers is found. */
function legacyProductCodes(configuration: Ops['configuration']): string[] {
  try {
    return configuration()
      .products.filter(({ identityMode }) => identityMode === 'legacy')
      .map(({ productCode }) => productCode);
  } catch (error) {
    if (error instanceof OperatorError) return [];
    throw error;
  }
}
