import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { backgroundFunction, onTableChanges, type BackgroundFunction } from '../shared/runtime/background-chain';
import { EventBusPublisher } from '../shared/runtime/event-bus';
import type { Ports } from '../shared/runtime/ports';
import type { BatchResponse } from '../shared/runtime/table-changes';
import { publishNotices, type PublishNoticesDeps } from './publish-notices';

export interface PublishNoticesPorts extends Pick<Ports<'publish-notices'>, 'logger' | 'counters' | 'noteFailure'> {
  eventBridge: EventBridgeClient;
}
interface Config {
  eventBusName: string;
}

export function createDependencies(
  { eventBridge, counters, noteFailure }: Omit<PublishNoticesPorts, 'logger'>,
  { eventBusName }: Config,
): PublishNoticesDeps {
  return {
    publisher: new EventBusPublisher(eventBridge, eventBusName, (error) =>
      noteFailure(error, { sentence: 'The notices will be delivered again', messageCode: 'PUT_EVENTS_FAILED' }),
    ),
    counters,
    onUnreadable: (error, sequenceNumber) =>
      noteFailure(error, { sentence: 'The item is not a notice', messageCode: 'NOTICE_UNREADABLE', sequenceNumber }),
  };
}

export function createHandler(ports: PublishNoticesPorts, config: Config): BackgroundFunction<BatchResponse> {
  const deps = createDependencies(ports, config);
  return backgroundFunction(
    onTableChanges((changes) => publishNotices(changes, deps)),
    ports,
  );
}
