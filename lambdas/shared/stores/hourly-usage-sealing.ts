import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Notice } from '../contract/notices';
import type { Coverage } from '../domain/coverage';
import type { Decimal } from '../domain/decimal';
import type { Hour } from '../domain/hour';
import type { Balance, HourlyUsage } from '../domain/hourly-usage';
import type { Sealing } from '../domain/sealing';
import type { HourKey } from '../domain/usage-tally';
import { dueShardOf } from './due-shards';
import { balanceSortKey, hourSortKey } from './hourly-usage-items';
import { toStoredCoverage } from './stored-coverage';
import { toStoredNumber } from './stored-values';

/** What a sealing was decided from, and what it decided. */
export interface SealRequest {
  hourKey: HourKey;
  sealing: Sealing;
  /** How many tallies the fold held. */
  foldedTallies: number;
  /** The Balance as it was read. */
  balance: Balance;
  /** Where a Balance of 1 or more is to be billed; `dueAtMs` is when that hour, if new, is ripe for sealing. */
  balanceHour?: OpenedHour;
  /** Which hour is to be sealed after this one, even if nothing is used in it. */
  zeroHour?: OpenedHour;
  /** Told in the same transaction: that usage was lost. */
  notice?: Notice;
}

export interface OpenedHour {
  hour: Hour;
  dueAtMs: number;
}

type UpdateWrite = NonNullable<NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Update']>;

/** What is written together; what does not change is not written. */
export interface BalancedWrites {
  hour: UpdateWrite;
  balance: UpdateWrite | undefined;
  balanceHour: UpdateWrite | undefined;
  zeroHour?: UpdateWrite | undefined;
}

/** Takes an hour out of the sparse index. */
export const NO_LONGER_DUE = 'REMOVE dueShard, dueAt';

/** The writes of the sealing transaction. */
export function sealWrites(request: SealRequest, TableName: string): BalancedWrites {
  const { hourKey, balance } = request;
  const { carriedOut, coverage } = request.sealing;
  // A transaction takes an item once.
  const zeroHour = request.zeroHour?.hour === request.balanceHour?.hour ? undefined : request.zeroHour;
  return {
    hour: { TableName, ...hourWrite(request) },
    balance:
      carriedOut.eq(balance.amount) && coverage === undefined
        ? undefined
        : { TableName, ...balanceWrite({ hourKey, carriedOut, coverage, balance }) },
    balanceHour: openedFor(hourKey, request.balanceHour, TableName),
    zeroHour: openedFor(hourKey, zeroHour, TableName),
  };
}

/** A sealed hour that AWS certainly never took and cannot be sent any more: its quantity goes back to the Balance. */
export interface CarryRequest {
  hourKey: HourKey;
  /** Whole units of the frozen record. */
  quantity: number;
  /** What that was decided from. */
  seen: Pick<HourlyUsage, 'sends' | 'answers'>;
  balance: Balance;
  balanceHour?: OpenedHour;
}

/** The writes of that transaction; a send that has started makes it void. */
export function carryWrites(
  { hourKey, quantity, seen, balance, balanceHour }: CarryRequest,
  TableName: string,
): BalancedWrites {
  const carriedOut = balance.amount.plus(quantity);
  return {
    hour: {
      TableName,
      Key: { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) },
      UpdateExpression: `SET #state = :carried, carriedQuantity = :quantity ${NO_LONGER_DUE}`,
      ConditionExpression: '#state = :sealed AND sends = :sends AND answers = :answers',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ...{ ':carried': 'carried', ':sealed': 'sealed', ':quantity': quantity },
        ...{ ':sends': seen.sends, ':answers': seen.answers },
      },
    },
    balance: { TableName, ...balanceWrite({ hourKey, carriedOut, balance }) },
    balanceHour: openedFor(hourKey, balanceHour, TableName),
  };
}

/** Freezes the hour, provided it still consists of exactly the tallies that were folded. */
function hourWrite({ hourKey, sealing, foldedTallies }: SealRequest) {
  const { state, record, used, coveredQuantity, carriedIn, carriedOut, expiredQuantity } = sealing;
  const values = {
    '#state': state,
    used: toStoredNumber(used),
    sends: 0,
    answers: 0,
    ...(record && { '#record': JSON.stringify(record) }),
    ...(!(carriedIn.eq(0) && carriedOut.eq(0)) && {
      carriedIn: toStoredNumber(carriedIn),
      carriedOut: toStoredNumber(carriedOut),
    }),
    ...(state === 'expired' && { expiredQuantity: toStoredNumber(expiredQuantity) }),
    ...(coveredQuantity.gt(0) && { coveredQuantity: toStoredNumber(coveredQuantity) }),
  };
  const valueName = (name: string) => `:${name.replace('#', '')}`;
  return {
    Key: { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) },
    UpdateExpression:
      `SET ${Object.keys(values)
        .map((name) => `${name} = ${valueName(name)}`)
        .join(', ')}` + (state === 'sealed' ? '' : ` ${NO_LONGER_DUE}`),
    // An hour that only a Balance opened has no tallies yet.
    ConditionExpression: `#state = :open AND ${foldedTallies === 0 ? 'attribute_not_exists(tallies)' : 'tallies = :tallies'}`,
    ExpressionAttributeNames: { '#state': 'state', ...(record && { '#record': 'record' }) },
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [valueName(name), value])),
      ':open': 'open',
      ...(foldedTallies > 0 && { ':tallies': foldedTallies }),
    },
  };
}

interface BalanceWrite {
  hourKey: HourKey;
  carriedOut: Decimal;
  /** Absent: as it was. */
  coverage?: Coverage;
  balance: Balance;
}

function balanceWrite({ hourKey, carriedOut, coverage, balance }: BalanceWrite) {
  return {
    Key: { pk: hourKey.subscriptionId, sk: balanceSortKey(hourKey.dimension) },
    UpdateExpression: `SET amount = :amount, version = :next${coverage ? ', coverage = :coverage' : ''}`,
    ConditionExpression: balance.version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
    ExpressionAttributeValues: {
      ':amount': toStoredNumber(carriedOut),
      ':next': balance.version + 1,
      ...(coverage && { ':coverage': toStoredCoverage(coverage) }),
      ...(balance.version > 0 && { ':version': balance.version }),
    },
  };
}

function openedFor(hourKey: HourKey, opened: OpenedHour | undefined, TableName: string) {
  return opened && { TableName, ...openHourWrite({ ...hourKey, hour: opened.hour }, opened.dueAtMs) };
}

/** Opens an hour, or finds it open; refused once it is sealed. */
export function openHourWrite(hourKey: HourKey, dueAtMs: number) {
  return {
    Key: { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) },
    UpdateExpression: 'SET #state = :open, dueShard = :dueShard, dueAt = if_not_exists(dueAt, :dueAt)',
    ConditionExpression: 'attribute_not_exists(#state) OR #state = :open',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':open': 'open',
      ':dueShard': dueShardOf(hourKey.subscriptionId),
      ':dueAt': dueAtMs,
    } as Record<string, unknown>,
  };
}
