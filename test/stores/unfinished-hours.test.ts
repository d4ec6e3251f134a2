import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { aSubscriptionId } from '../builders/ids';
import { anHour } from './a-usage-ledger';
import { ENGINES } from './engines';

const ID = aSubscriptionId(903);
/** Four of these are more than the megabyte that DynamoDB reads for one page. */
const PADDING = 'x'.repeat(300_000);

describe.each(ENGINES)('unfinished hours %s', (_engine, open) => {
  it('finds every unfinished hour of a subscription, however many pages its hours take', async () => {
    const database = await open('hourlyUsage');
    const states = ['open', 'billed', 'billed', 'billed', 'billed', 'sealed', 'carried', 'open'];
    for (const [n, state] of states.entries()) {
      const Item = { pk: ID, sk: `2026-03-10T1${n}#events`, state, padding: PADDING };
      await database.client.send(new PutCommand({ TableName: database.tables.hourlyUsage, Item }));
    }
    const hours = await new DynamoDbHourlyUsageReader(database).unfinishedOf(ID, anHour('2026-03-10T10'));
    // The end of a subscription bills these. One that it does not see is never billed.
    expect(hours.map(({ hour }) => hour)).toEqual(['2026-03-10T10', '2026-03-10T15', '2026-03-10T17']);
  });

  it('leaves out hours before the first one asked for, and items that are no hours', async () => {
    const database = await open('hourlyUsage');
    for (const sk of ['2026-03-10T10#events', '2026-03-10T11#events', 'balance#events'])
      await database.client.send(
        new PutCommand({ TableName: database.tables.hourlyUsage, Item: { pk: ID, sk, state: 'open' } }),
      );
    const hours = await new DynamoDbHourlyUsageReader(database).unfinishedOf(ID, anHour('2026-03-10T11'));
    expect(hours.map(({ hour }) => hour)).toEqual(['2026-03-10T11']);
  });
});
