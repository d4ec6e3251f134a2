import type { BilledRecord } from '../../../simulator';
import { billedHourName, hourName, tagText, type Books, type FrozenRecord } from '../driver/books';
import type { StoredHour } from '../driver/stored-items';
import type { Evidence } from './stored-tables';
import { HOUR_MS, hourOf, startOfHour } from '../driver/time';

/** AWS may bill the records of these hours, whether or not its answer arrived. */
const MAY_BE_BILLED = new Set(['sealed', 'billed', 'unconfirmed']);

/** Compares our ledger with AWS's, record by record. */
export function checkBill({ books, buyers, tables, ledger }: Evidence): void {
  const bill = new Map<string, BilledRecord>();
  for (const record of ledger) {
    const key = billedHourName(record, record.hour.slice(0, 13));
    books.require(!bill.has(key), 'oneForm', () => `${key} is billed in both forms`);
    bill.set(key, record);
  }
  const requested = new Map<string, StoredHour>();
  for (const hour of tables.hours) {
    const { record, state } = hour;
    if (record === undefined) continue;
    const [buyer] = buyers.withSubscription(hour.subscriptionId);
    const startMs = startOfHour(hour.hour);
    const stampMs = record.timestampSeconds * 1000;
    books.require(
      stampMs >= startMs && stampMs < startMs + HOUR_MS,
      'timestamp',
      () => `${hourName(hour)} has the timestamp ${new Date(stampMs).toISOString()}`,
    );
    books.require(
      buyer?.mode === record.customer.mode && buyer.productCode === record.productCode,
      'oneForm',
      () => `${hourName(hour)} names the wrong customer: ${JSON.stringify(record.customer)}`,
    );
    const { productCode, dimension } = record;
    const licenseArn = buyer?.mode === 'license' ? buyer.licenseArn : undefined;
    const accountId = buyer?.accountId ?? '';
    const key = billedHourName({ productCode, accountId, licenseArn, dimension }, hourOf(stampMs));
    const other = requested.get(key);
    books.require(
      other === undefined,
      'oneRequest',
      () => `${hourName(hour)} and ${other && hourName(other)} have the same key at AWS: ${key}`,
    );
    requested.set(key, hour);
    const line = bill.get(key);
    if (line !== undefined || state === 'billed') checkLine(hour, { record, line, books });
  }
  for (const key of bill.keys())
    books.require(requested.has(key), 'billedOnce', () => `AWS bills ${key}, but our ledger has no such hour`);
}

function checkLine(
  hour: StoredHour,
  { record, line, books }: { record: FrozenRecord; line: BilledRecord | undefined; books: Books },
): void {
  const name = hourName(hour);
  books.require(line !== undefined, 'billedOnce', () => `${name} is billed in our ledger, but not by AWS`);
  if (line === undefined) return;
  books.require(
    MAY_BE_BILLED.has(hour.state),
    'billedOnce',
    () => `${name} is billed by AWS, but ${hour.state} in our ledger`,
  );
  const ours = [record.quantity, ...allocationTexts(record.allocations ?? [])].join('; ');
  const theirs = [
    line.quantity,
    ...allocationTexts(
      line.allocations.map(({ quantity, tags }) => ({
        quantity,
        tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
      })),
    ),
  ].join('; ');
  books.require(ours === theirs, 'sentAsFrozen', () => `${name} was frozen as ${ours}, and AWS bills ${theirs}`);
  books.require(
    Date.parse(line.timestamp) === record.timestampSeconds * 1000,
    'sentAsFrozen',
    () => `${name} is billed at ${line.timestamp}`,
  );
  if (hour.state !== 'billed') return;
  books.require(
    hour.meteringRecordId === line.meteringRecordId,
    'billedOnce',
    () => `${name} names ${hour.meteringRecordId}, AWS's record is ${line.meteringRecordId}`,
  );
}

function allocationTexts(allocations: { quantity: number | string; tags: Record<string, string> }[]): string[] {
  return allocations.map(({ quantity, tags }) => `${quantity} [${tagText(tags)}]`).sort();
}
