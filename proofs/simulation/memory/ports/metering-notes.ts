import type { UsageRecord } from '@aws-sdk/client-marketplace-metering';
import type { UsageRecordResult } from '../../../../simulator';
import { quantityOf, type SentCall } from '../invariants/sent-record';
import { keyOf } from '../invariants/watch-request';
import { requestKey } from '../invariants/window';
import type { Invocation } from '../scheduler';
import { exactly } from '../../driver/exact';
import type { MemoryWorld } from '../memory-engine';
import { HOUR_MS } from '../../driver/time';

type RecordOnWire = UsageRecordResult['UsageRecord'];

interface Answer {
  Results?: UsageRecordResult[];
  UnprocessedRecords?: RecordOnWire[];
}

/** On the wire, times are seconds. */
function keyOnWire({ LicenseArn, CustomerIdentifier, Dimension, Timestamp }: RecordOnWire): string {
  return requestKey(LicenseArn ?? CustomerIdentifier, Dimension, Timestamp * 1000);
}

/** Notes the results of a call, and requires it to keep the quota. */
export function noteWhatWasMetered(
  world: MemoryWorld,
  input: SentCall,
  outcome: { invocation: Invocation } & ({ output: object } | { error: unknown; isPlanted: boolean }),
): void {
  const records = input.UsageRecords ?? [];
  if ('output' in outcome) {
    const { Results = [], UnprocessedRecords = [] } = outcome.output as Answer;
    for (const { Status } of Results) if (Status === 'DuplicateRecord') world.count('otherQuantityBilled');
    const sent = new Map(records.map((record) => [keyOf(record), quantityOf(record)]));
    for (const { Status, UsageRecord: echo } of Results) {
      const key = keyOnWire(echo);
      if (Status !== 'Success') world.books.refusedByAws.add(key);
      else if (exactly(echo.QuantityAsDecimal ?? echo.Quantity ?? 0) === sent.get(key))
        outcome.invocation.accepted.add(key);
      else {
        world.count('decimalsUnknown', key);
        outcome.invocation.uncertain.add(key);
      }
    }
    const answered = new Set([...Results.map(({ UsageRecord }) => UsageRecord), ...UnprocessedRecords].map(keyOnWire));
    for (const key of [...sent.keys()].filter((each) => !answered.has(each))) {
      world.count('resultMissing', key);
      outcome.invocation.uncertain.add(key);
    }
    for (const record of records) noteCustomer(world, record);
    return;
  }
  const name = outcome.error instanceof Error ? outcome.error.name : '';
  const isRefusal = name.startsWith('Invalid') || name.startsWith('Timestamp') || name.startsWith('Validation');
  if ((isRefusal && records.length === 1) || name === 'DisabledApiException' || name === 'InvalidProductCodeException')
    for (const record of records) world.books.refusedByAws.add(keyOf(record));
  if (name === 'TimeoutError' || name === 'InternalServiceErrorException')
    for (const record of records) outcome.invocation.uncertain.add(keyOf(record));
  if (outcome.isPlanted || name === 'TimeoutError') return;
  if (name === 'ThrottlingException')
    world.books.violate('quota', 'AWS throttled a call although no throttle was planted');
  if (name.startsWith('Invalid') && records.length > 1) world.count('poisonedCall', `${name} of ${records.length}`);
}

function noteCustomer(world: MemoryWorld, record: UsageRecord): void {
  const { nowMs } = world.timeline;
  const buyer = world.buyers.ofRecord(record);
  if (buyer === undefined) return;
  if (world.marketplace.buyers().find(({ accountId }) => accountId === buyer.accountId)?.suspended === true)
    world.count('suspended');
  if (buyer.endedAtMs !== undefined && nowMs > buyer.endedAtMs) world.count('ended');
  const usedAtMs = record.Timestamp?.getTime() ?? 0;
  const [used, now] = [new Date(usedAtMs), new Date(nowMs)];
  if (used.getUTCMonth() !== now.getUTCMonth() && now.getUTCHours() < 6 && nowMs - usedAtMs < 24 * HOUR_MS)
    world.count('monthEnd');
  if (used.getUTCMonth() === 1 && used.getUTCDate() === 29) world.count('leapDay');
}
