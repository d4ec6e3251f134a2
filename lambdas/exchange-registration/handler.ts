import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { httpFunction } from '../shared/runtime/http-chain';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbAdmissions } from '../shared/stores/registrations-dynamodb';
import { DynamoDbSubscriptionReader } from '../shared/stores/subscriptions-reader';
import { loadConfig } from './config';
import { exchangeRegistration, type ExchangeRegistrationDeps } from './exchange-registration';

const config = loadConfig(process.env);
const logger = createLogger('exchange-registration');
const counters = createCounters('exchange-registration');
const client = createDocumentClient();

const deps: ExchangeRegistrationDeps = {
  codes: new DynamoDbAdmissions(client, config.REGISTRATIONS_TABLE_NAME),
  subscriptions: new DynamoDbSubscriptionReader(client, config.SUBSCRIPTIONS_TABLE_NAME),
  clock: systemClock,
  sha256Hex,
  logger,
};

export const handler = httpFunction((request) => exchangeRegistration(request, deps), { logger, counters });
