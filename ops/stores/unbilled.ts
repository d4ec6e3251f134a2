import { paginateQuery, paginateScan, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage, HourState } from '../../lambdas/shared/domain/hourly-usage';
import { parseHourItem } from '../../lambdas/shared/stores/hourly-usage-items';
import type { InstalledTables } from '../installation/installation';
import { isMark, toMark, type Mark } from './ledger-items';

const UNBILLED_STATES = ['rejected', 'expired', 'unconfirmed'] as const;

export function isUnbilled(state: HourState): boolean {
  return UNBILLED_STATES.some((unbilled) => unbilled === state);
}

export type Unbilled = { kind: 'hour'; hour: HourlyUsage } | { kind: 'mark'; mark: Mark };

const FILTER = {
  FilterExpression:
    '#state IN (:rejected, :expired, :unconfirmed) OR attribute_exists(rejectedQuantity) OR attribute_exists(usageEventPk)',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: Object.fromEntries(UNBILLED_STATES.map((state) => [`:${state}`, state])),
};

/** The unbilled usage of a subscription: its hours since `firstHour` and all its marks. */
export async function* unbilledOf(
  { dynamoDb: client, tables }: InstalledTables,
  { subscriptionId, firstHour }: { subscriptionId: string; firstHour: Hour },
): AsyncGenerator<Unbilled> {
  // Hours start with a digit, `setAside#` and `overwritten#` with a letter, so one range covers newer hours and all marks.
  const question: QueryCommandInput = {
    TableName: tables.hourlyUsage,
    KeyConditionExpression: 'pk = :pk AND sk >= :since',
    ...FILTER,
    ExpressionAttributeValues: { ...FILTER.ExpressionAttributeValues, ':pk': subscriptionId, ':since': firstHour },
  };
  for await (const { Items = [] } of paginateQuery({ client }, question)) yield* Items.map(toUnbilled);
}

/** The unbilled usage in the whole table, which includes items of unknown subscriptions. */
export async function* unbilledOfAll({ dynamoDb: client, tables }: InstalledTables): AsyncGenerator<Unbilled> {
  const pages = paginateScan({ client }, { TableName: tables.hourlyUsage, ...FILTER });
  for await (const { Items = [] } of pages) yield* Items.map(toUnbilled);
}

const keyed = z.object({ sk: z.string() });

function toUnbilled(item: unknown): Unbilled {
  return isMark(keyed.parse(item).sk)
    ? { kind: 'mark', mark: toMark(item) }
    : { kind: 'hour', hour: parseHourItem(item) };
}
