import { backgroundFunction, type BackgroundFunction } from '../shared/runtime/background-chain';
import type { RetainingFunctionConfig } from '../shared/runtime/function-config';
import type { Ports } from '../shared/runtime/ports';
import type { BatchResponse } from '../shared/runtime/table-changes';
import { onQueueMessages } from '../shared/runtime/queue-messages';
import { sha256Hex } from '../shared/runtime/secrets';
import { contactRetentionOf } from '../shared/stores/contact-retention';
import { DynamoDbSubscriptions } from '../shared/stores/subscriptions-dynamodb';
import { followAgreement, type FollowAgreementDeps } from './follow-agreement';

export type FollowAgreementPorts = Ports<'follow-agreement'>;
type Config = RetainingFunctionConfig<'follow-agreement'>;

export function createDependencies(
  { client, sleep, clock, logger, counters }: FollowAgreementPorts,
  { tables, configuration, contactsTable }: Config,
): FollowAgreementDeps {
  const database = { client, tables, sleep };
  const contacts = contactRetentionOf(database, configuration, { clock, contactsTable });
  const subscriptions = new DynamoDbSubscriptions(database, contacts);
  return { configuration, subscriptions, clock, sha256Hex, logger, counters };
}

export function createHandler(ports: FollowAgreementPorts, config: Config): BackgroundFunction<BatchResponse> {
  const deps = createDependencies(ports, config);
  const failure = { sentence: 'The message will be delivered again', messageCode: 'AGREEMENT_EVENT_FAILED' } as const;
  return backgroundFunction(
    onQueueMessages(
      (message) => followAgreement(message.read(), deps),
      (error, messageId) => ports.noteFailure(error, { ...failure, messageId }),
    ),
    ports,
  );
}
