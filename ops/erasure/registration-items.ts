import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { storedInteger } from '../../lambdas/shared/stores/stored-values';
import type { Installation } from '../installation/installation';

type Registrations = Pick<Installation, 'dynamoDb' | 'registrationsTableName'>;

const item = z.object({
  pk: z.string(),
  subscriptionId: z.string(),
  completedAt: z.iso.datetime().optional(),
  expiresAt: storedInteger.optional(),
});

/** A contact, session or one-time code, without what the buyer typed. */
export interface RegistrationItem {
  pk: string;
  kind: 'contact' | 'session' | 'code';
  subscriptionId: string;
  /** When the contact was last submitted. */
  completedAt?: string;
  /** Epoch seconds. */
  expiresAt?: number;
}

const KINDS = { 'registration#': 'contact', 'session#': 'session', 'code#': 'code' } as const;

/**
 * Everything in the Registrations table. Sessions and codes are keyed by a hash, so only a scan finds those of a
 * subscription. The table has one item for each buyer, and those of the last hour.
 */
export async function* registrationItems({
  dynamoDb: client,
  registrationsTableName: TableName,
}: Registrations): AsyncGenerator<RegistrationItem> {
  const ProjectionExpression = 'pk, subscriptionId, completedAt, expiresAt';
  for await (const { Items = [] } of paginateScan(
    { client },
    { TableName, ProjectionExpression, ConsistentRead: true },
  )) {
    for (const each of Items) {
      const found = item.parse(each);
      const [, kind] = Object.entries(KINDS).find(([prefix]) => found.pk.startsWith(prefix)) ?? [];
      if (kind !== undefined) yield { ...found, kind };
    }
  }
}

/**
 * Deletes items. A contact that the buyer has submitted again since it was read is new data and stays.
 * @returns how many contacts stay
 */
export async function deleteRegistrationItems(
  { dynamoDb: client, registrationsTableName: TableName }: Registrations,
  items: readonly RegistrationItem[],
): Promise<number> {
  let kept = 0;
  // The contacts last, when no session is left that could submit one again.
  const contactsLast = [...items].sort((a, b) => Number(a.kind === 'contact') - Number(b.kind === 'contact'));
  for (const { pk, completedAt } of contactsLast) {
    const unchanged = completedAt !== undefined && {
      ConditionExpression: 'attribute_not_exists(pk) OR completedAt = :seen',
      ExpressionAttributeValues: { ':seen': completedAt },
    };
    try {
      await client.send(new DeleteCommand({ TableName, Key: { pk }, ...unchanged }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      kept += 1;
    }
  }
  return kept;
}
