import { productsByCode } from '../shared/contract/products';
import type { FunctionConfig } from '../shared/runtime/function-config';
import { httpFunction, type HttpFunction } from '../shared/runtime/http-chain';
import { jsonResponse } from '../shared/runtime/http-message';
import type { Ports } from '../shared/runtime/ports';
import { DynamoDbAgreementDetailsReader } from '../shared/stores/agreement-details';
import { DynamoDbEntitlementReader } from '../shared/stores/entitlements';
import { DynamoDbHourlyUsageReader } from '../shared/stores/hourly-usage';
import { DynamoDbSubscriptionUsageReader } from '../shared/stores/subscription-usage';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-dynamodb';
import { DynamoDbAccountSubscriptionReader } from '../shared/stores/subscriptions-of-account';
import { DynamoDbUsageTallyReader } from '../shared/stores/usage-tallies';
import { describe, type DescribeSubscriptionDeps } from './describe-subscription';

export type DescribeSubscriptionPorts = Ports<'describe-subscription'>;
type Config = FunctionConfig<'describe-subscription'>;

export function createDependencies(
  { client, sleep, clock }: DescribeSubscriptionPorts,
  { tables, configuration: { products, agreementDetails } }: Config,
): DescribeSubscriptionDeps {
  const database = { client, tables, sleep };
  return {
    subscriptions: new DynamoDbSubscriptionReader(database),
    subscriptionsOfAccount: new DynamoDbAccountSubscriptionReader(database),
    entitlements: new DynamoDbEntitlementReader(database),
    ...(agreementDetails && { agreementDetails: new DynamoDbAgreementDetailsReader(database) }),
    usage: new DynamoDbSubscriptionUsageReader(database),
    hourlyUsage: new DynamoDbHourlyUsageReader(database),
    usageTallies: new DynamoDbUsageTallyReader(database),
    products: productsByCode(products),
    clock,
    sleep,
  };
}

export function createHandler(ports: DescribeSubscriptionPorts, config: Config): HttpFunction {
  const deps = createDependencies(ports, config);
  return httpFunction(async (request) => jsonResponse(200, await describe(request, deps)), ports);
}
