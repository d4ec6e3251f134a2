import { MarketplaceCustomerResolver } from '../shared/marketplace/resolve-customer';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { httpFunction } from '../shared/runtime/http-chain';
import { errorPage } from '../shared/runtime/http-page';
import { createLogger } from '../shared/runtime/logger';
import { createRegistrationClient } from '../shared/runtime/marketplace-client';
import { createCounters } from '../shared/runtime/metrics';
import { newSecret, sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbAdmissions } from '../shared/stores/registrations-dynamodb';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { loadConfig } from './config';
import { registerSubscription, type RegisterSubscriptionDeps } from './register-subscription';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const configuration = config.SELLER_CONFIGURATION;
const logger = createLogger('register-subscription');
const counters = createCounters('register-subscription');
const client = createDocumentClient();
const tables = { subscriptions: config.SUBSCRIPTIONS_TABLE_NAME, notices: config.NOTICES_TABLE_NAME };

const deps: RegisterSubscriptionDeps = {
  configuration,
  resolver: new MarketplaceCustomerResolver(createRegistrationClient()),
  subscriptions: new DynamoDbSubscriptions(client, tables),
  admissions: new DynamoDbAdmissions(client, config.REGISTRATIONS_TABLE_NAME),
  clock: systemClock,
  newSecret,
  sha256Hex,
  logger,
  counters,
};

export const handler = httpFunction((request) => registerSubscription(request, deps), {
  logger,
  counters,
  renderError: errorPage(configuration.support),
  frontDoorSecret: config.FRONT_DOOR_SECRET,
});
