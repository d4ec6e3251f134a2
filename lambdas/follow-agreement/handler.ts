import { backgroundFunction } from '../shared/runtime/background-chain';
import { systemClock } from '../shared/runtime/clock';
import { createDocumentClient } from '../shared/runtime/dynamodb-client';
import { toErrorIds } from '../shared/runtime/error-ids';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { takeEach, toQueueMessages } from '../shared/runtime/queue-messages';
import { sha256Hex } from '../shared/runtime/secrets';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { loadConfig } from './config';
import { followAgreement, type FollowAgreementDeps } from './follow-agreement';

const config = loadConfig({ ...process.env, SELLER_CONFIGURATION: process.env.SELLER_CONFIGURATION });
const logger = createLogger('follow-agreement');
const counters = createCounters('follow-agreement');
const tables = { subscriptions: config.SUBSCRIPTIONS_TABLE_NAME, notices: config.NOTICES_TABLE_NAME };

const deps: FollowAgreementDeps = {
  configuration: config.SELLER_CONFIGURATION,
  subscriptions: new DynamoDbSubscriptions(createDocumentClient(), tables),
  clock: systemClock,
  sha256Hex,
  logger,
  counters,
};

const onFailure = (error: unknown, messageId: string) =>
  logger.error('To be delivered again', { messageCode: 'AGREEMENT_EVENT_FAILED', messageId, ...toErrorIds(error) });

export const handler = backgroundFunction(
  (event) => takeEach(toQueueMessages(event), (message) => followAgreement(message.read(), deps), onFailure),
  { logger, counters },
);
