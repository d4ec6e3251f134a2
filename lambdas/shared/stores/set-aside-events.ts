import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** An item of the UsageEvents table that is not billed as it stands, kept for the operator. */
export interface SetAsideEvent {
  /** `setAside`: it cannot be usage. `overwritten`: it was changed after it was stored; the first version is billed. */
  kind: 'setAside' | 'overwritten';
  /** The item's own subscription, if it names one. */
  subscriptionId: string | undefined;
  /** The item's key in UsageEvents. */
  usageEventPk: string;
  reason: string;
  message: string;
  /** The item as it was found, as JSON. */
  document: string;
}

/** Where set-aside items without a usable subscription are kept. */
export const NO_SUBSCRIPTION = 'unknown';

/** The subscription that an item of UsageEvents names, as far as it can be the key of what is kept about it. */
export function subscriptionNamedBy({ subscriptionId }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof subscriptionId !== 'string' || subscriptionId === '') return undefined;
  return subscriptionId.slice(0, 200).toWellFormed();
}

/** An item holds 400 KB; the rest of a larger one stays in UsageEvents. */
const MAX_DOCUMENT_LENGTH = 100_000;

/** An item with 30,000 wrong tags has a sentence for each: together they would not fit, and the stream would stand still. */
const MAX_MESSAGE_LENGTH = 2_000;

/** Items `setAside#…` and `overwritten#…` of the HourlyUsage table, which never expires. */
export interface SetAsideEventStore {
  /** Keeps it; the same one again changes nothing. @returns whether it is new. */
  keep(event: SetAsideEvent): Promise<boolean>;
}

export class DynamoDbSetAsideEventStore implements SetAsideEventStore {
  constructor(private readonly options: { client: DynamoDBDocumentClient; tableName: string }) {}

  async keep({ kind, subscriptionId = NO_SUBSCRIPTION, document, message, ...rest }: SetAsideEvent): Promise<boolean> {
    const hash = createHash('sha256').update(rest.usageEventPk).update(document).digest('hex').slice(0, 32);
    try {
      await this.options.client.send(
        new PutCommand({
          TableName: this.options.tableName,
          Item: {
            pk: subscriptionId,
            sk: `${kind}#${hash}`,
            ...rest,
            message: beginning(message, MAX_MESSAGE_LENGTH),
            document: beginning(document, MAX_DOCUMENT_LENGTH),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** Without half of a character at its end, which DynamoDB does not store as it is. */
function beginning(text: string, maxLength: number): string {
  return text.slice(0, maxLength).toWellFormed();
}
