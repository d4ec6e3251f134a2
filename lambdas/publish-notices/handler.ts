import { backgroundFunction } from '../shared/runtime/background-chain';
import { toErrorIds } from '../shared/runtime/error-ids';
import { createEventBridgeClient, EventBusPublisher } from '../shared/runtime/event-bus';
import { createLogger } from '../shared/runtime/logger';
import { createCounters } from '../shared/runtime/metrics';
import { toStreamResponse, toTableChanges } from '../shared/runtime/table-changes';
import { loadConfig } from './config';
import { publishNotices, type PublishNoticesDeps } from './publish-notices';

const config = loadConfig(process.env);
const logger = createLogger('publish-notices');
const counters = createCounters('publish-notices');
const onPutFailure = (error: unknown) =>
  logger.error('To be delivered again', { messageCode: 'PUT_EVENTS_FAILED', ...toErrorIds(error) });

const deps: PublishNoticesDeps = {
  publisher: new EventBusPublisher(createEventBridgeClient(), config.EVENT_BUS_NAME, onPutFailure),
  counters,
  onUnreadable: (error, sequenceNumber) =>
    logger.error('Not a notice', { messageCode: 'NOTICE_UNREADABLE', sequenceNumber, ...toErrorIds(error) }),
};

export const handler = backgroundFunction(
  async (event) => {
    const changes = toTableChanges(event);
    return toStreamResponse(changes, await publishNotices(changes, deps));
  },
  { logger, counters },
);
