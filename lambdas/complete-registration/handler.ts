import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { httpFunction } from '../shared/runtime/http-chain';
import { errorPage } from '../shared/runtime/http-page';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbAdmissions, DynamoDbContacts } from '../shared/stores/registrations-dynamodb';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { completeRegistration, type CompleteRegistrationDeps } from './complete-registration';
import { loadConfig } from './config';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const configuration = config.SELLER_CONFIGURATION;
const logger = createLogger('complete-registration');
const counters = createCounters('complete-registration');
const client = createDocumentClient();
const subscriptions = config.SUBSCRIPTIONS_TABLE_NAME;
const registrations = config.REGISTRATIONS_TABLE_NAME;

const deps: CompleteRegistrationDeps = {
  configuration,
  sessions: new DynamoDbAdmissions(client, registrations),
  contacts: new DynamoDbContacts(client, { subscriptions, registrations, notices: config.NOTICES_TABLE_NAME }),
  subscriptions: new DynamoDbSubscriptionReader(client, subscriptions),
  clock: systemClock,
  sha256Hex,
  logger,
};

export const handler = httpFunction((request) => completeRegistration(request, deps), {
  logger,
  counters,
  renderError: errorPage(configuration.support),
  frontDoorSecret: config.FRONT_DOOR_SECRET,
});
