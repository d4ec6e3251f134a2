import type { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { MarketplaceCustomerResolver } from '../shared/marketplace/resolve-customer';
import type { BrowserFunctionConfig } from '../shared/runtime/function-config';
import { httpFunction, type HttpFunction } from '../shared/runtime/http-chain';
import { errorPage } from '../shared/runtime/http-page';
import { sellerSite } from '../shared/runtime/seller-site';
import type { Ports } from '../shared/runtime/ports';
import { sha256Hex } from '../shared/runtime/secrets';
import { contactRetentionOf } from '../shared/stores/contact-retention';
import { DynamoDbAdmissions } from '../shared/stores/registrations';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { registerSubscription, type RegisterSubscriptionDeps } from './register-subscription';

export interface RegisterSubscriptionPorts extends Ports<'register-subscription'> {
  /** Resolves registration tokens. */
  registration: MarketplaceMeteringClient;
  newSecret(): string;
}
type Config = BrowserFunctionConfig<'register-subscription'>;

export function createDependencies(
  { client, sleep, clock, logger, counters, registration, newSecret }: RegisterSubscriptionPorts,
  { tables, configuration, pages }: Config,
): RegisterSubscriptionDeps {
  const database = { client, tables, sleep };
  return {
    configuration,
    site: sellerSite(configuration.support, pages),
    resolver: new MarketplaceCustomerResolver(registration),
    subscriptions: new DynamoDbSubscriptions(
      database,
      contactRetentionOf(database, configuration, { clock, contactsTable: tables.registrations }),
    ),
    admissions: new DynamoDbAdmissions(database),
    clock,
    sleep,
    newSecret,
    sha256Hex,
    logger,
    counters,
  };
}

export function createHandler(ports: RegisterSubscriptionPorts, config: Config): HttpFunction {
  const deps = createDependencies(ports, config);
  const chain = { ...ports, renderError: errorPage(deps.site), frontDoorSecret: config.frontDoorSecret };
  return httpFunction((request) => registerSubscription(request, deps), chain);
}
