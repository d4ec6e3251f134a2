import { decimalText, type Decimal } from '../domain/decimal';
import type { HourKey } from '../domain/hour';
import type { Decision } from '../domain/hold';
import type { OpenHour, SealedHour } from '../domain/hourly-usage';
import { updateIf, writeTogether } from './conditional-writes';
import type { Database } from './database';
import { logPut } from './holds';
import { hourItemKey } from './hourly-usage-items';
import { dueUpdate, releaseUpdate } from './hourly-usage-holding';

/** What only the operator does with hours that wait: no function has it in its bundle. */
export class DynamoDbHeldHours {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  /** Lets an open hour go up to a quantity, and remembers who decided. @returns false when it is not open. */
  async release(hourKey: HourKey, quantity: Decimal, decided: Decision): Promise<boolean> {
    const { hourlyUsage: TableName } = this.database.tables;
    const Update = { TableName, Key: hourItemKey(hourKey), ...releaseUpdate(quantity, decided) };
    const { subscriptionId, hour, dimension } = hourKey;
    const scope = `hour#${subscriptionId}#${hour}#${dimension}`;
    const Put = logPut(TableName, { ...decided, done: 'release', scope, quantity: decimalText(quantity) });
    const result = await writeTogether(this.database, [{ Update }, { Put }]);
    if (result.outcome === 'conflict') throw result.error;
    return result.outcome === 'written';
  }

  /** Lets an hour that waits be due at once. @returns false when it no longer waits, or is due already. */
  async makeDue(hour: OpenHour | SealedHour, nowMs: number): Promise<boolean> {
    const { hourlyUsage: TableName } = this.database.tables;
    return (await updateIf(this.database, { TableName, ...dueUpdate(hour, nowMs), Key: hourItemKey(hour) })).held;
  }
}
