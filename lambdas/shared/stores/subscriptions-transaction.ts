import type { Identity } from '../domain/identity';
import type { Subscription } from '../domain/subscription';
import type { SubscriptionChange } from '../domain/subscription-change';
import { noticePut, type TransactionPart } from './notices';
import {
  eventKey,
  EVENTS_KEPT_DAYS,
  identityItemKey,
  subscriptionKey,
  type ChangeExtras,
  type KeptEvent,
} from './subscriptions';

/** The tables a change of a subscription writes to. */
export interface ChangeTables {
  subscriptions: string;
  notices: string;
}

const SECONDS_A_DAY = 86_400;

/** Everything a change writes, as the parts of one transaction. */
export function changeParts(
  tables: ChangeTables,
  change: SubscriptionChange,
  { identities = [], event }: ChangeExtras = {},
): TransactionPart[] {
  const { after, notice } = change;
  return [
    subscriptionUpdate(tables.subscriptions, change),
    ...identities.map((identity) => identityPut(tables.subscriptions, identity, after.subscriptionId)),
    ...(notice ? [noticePut(tables.notices, notice)] : []),
    ...(event ? [eventPut(tables.subscriptions, event, after.subscriptionId)] : []),
  ];
}

/** An update of our own fields, not a put: what others may keep on the item stays. */
function subscriptionUpdate(tableName: string, { before, after }: SubscriptionChange): TransactionPart {
  const set = Object.entries(after).filter(([, value]) => value !== undefined);
  const removed = Object.keys(before ?? {}).filter((name) => !set.some(([present]) => present === name));
  const names = [...set.map(([name]) => name), ...removed, 'version', 'pk'];
  const assignments = set.map(([name]) => `#${name} = :${name}`).join(', ');
  return {
    Update: {
      TableName: tableName,
      Key: subscriptionKey(after.subscriptionId),
      UpdateExpression: [
        `SET ${assignments}`,
        ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ConditionExpression: before === undefined ? 'attribute_not_exists(#pk)' : '#version = :before',
      ExpressionAttributeNames: Object.fromEntries(
        names.filter((name) => name !== 'pk' || before === undefined).map((name) => [`#${name}`, name]),
      ),
      ExpressionAttributeValues: { ...valuesOf(set), ...(before && { ':before': before.version }) },
    },
  };
}

function valuesOf(set: [string, Subscription[keyof Subscription]][]): Record<string, unknown> {
  return Object.fromEntries(set.map(([name, value]) => [`:${name}`, value]));
}

function identityPut(tableName: string, identity: Identity, subscriptionId: string): TransactionPart {
  const Item = { ...identityItemKey(identity), subscriptionId };
  return { Put: { TableName: tableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** Unconditional: the same event puts the same item again. */
function eventPut(tableName: string, event: KeptEvent, subscriptionId: string): TransactionPart {
  return { Put: { TableName: tableName, Item: toEventItem(event, eventKey(event, subscriptionId)) } };
}

export function toEventItem(event: KeptEvent, key: { pk: string; sk: string }): Record<string, unknown> {
  const expiresAt = Math.floor(Date.parse(event.time) / 1000) + EVENTS_KEPT_DAYS * SECONDS_A_DAY;
  return { ...key, ...event, expiresAt };
}
