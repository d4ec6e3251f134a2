import type { HourKey } from '../domain/hour';
import type { Notice } from '../contract/notices';
import type { Coverage } from '../domain/coverage';
import type { Decimal } from '../domain/decimal';
import type { Balance } from '../domain/balance';
import type { SendCounts } from '../domain/hourly-usage';
import type { Sealing } from '../domain/sealing';
import type { ItemUpdate } from './conditional-writes';
import { balanceSortKey } from './hourly-usage-items';
import { hourItemKey, NO_LONGER_DUE, openHourWrite, type OpenedHour } from './hourly-usage-opening';
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
  /** Where a Balance of 1 or more will be billed. */
  balanceHour?: OpenedHour;
  /** The hour to seal after this one, even if nothing is used in it. */
  zeroHour?: OpenedHour;
  /** Tells, in the same transaction, that usage was lost. */
  notice?: Notice;
}

/** The writes of one transaction; what does not change is not written. */
export interface BalancedWrites {
  hour: ItemUpdate;
  balance: ItemUpdate | undefined;
  balanceHour: ItemUpdate | undefined;
  zeroHour?: ItemUpdate | undefined;
}

/** The writes of the sealing transaction. */
export function sealWrites(request: SealRequest): BalancedWrites {
  const { hourKey, balance } = request;
  const { carriedOut, coverage } = request.sealing;
  // A transaction takes an item once.
  const zeroHour = request.zeroHour?.hour === request.balanceHour?.hour ? undefined : request.zeroHour;
  const isUnchanged = carriedOut.eq(balance.amount) && coverage === undefined;
  return {
    hour: sealedHourWrite(request),
    balance: isUnchanged ? undefined : balanceWrite({ hourKey, carriedOut, coverage, balance }),
    balanceHour: openedWrite(hourKey, request.balanceHour),
    zeroHour: openedWrite(hourKey, zeroHour),
  };
}

/** A sealed hour that AWS certainly never took and takes no more: its quantity goes back to the Balance. */
export interface CarryRequest {
  hourKey: HourKey;
  /** Whole units of the frozen record. */
  quantity: number;
  /** What that was decided from. */
  seen: SendCounts;
  balance: Balance;
  balanceHour?: OpenedHour;
}

/** The writes of that transaction; a send that has started makes it void. */
export function carryWrites({ hourKey, quantity, seen, balance, balanceHour }: CarryRequest): BalancedWrites {
  return {
    hour: {
      Key: hourItemKey(hourKey),
      UpdateExpression: `SET #state = :carried, carriedQuantity = :quantity ${NO_LONGER_DUE}`,
      ...whenStillSealed(seen, { ':carried': 'carried', ':quantity': quantity }),
    },
    balance: balanceWrite({ hourKey, carriedOut: balance.amount.plus(quantity), balance }),
    balanceHour: openedWrite(hourKey, balanceHour),
  };
}

/** The condition that a sealed hour is as it was seen: a send that started since, or an answer, makes the write void. */
export function whenStillSealed({ sends, answers }: SendCounts, values: Record<string, unknown>) {
  return {
    ConditionExpression: '#state = :sealed AND sends = :sends AND answers = :answers',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':sealed': 'sealed', ':sends': sends, ':answers': answers, ...values },
  };
}

/** Freezes the hour, provided it still consists of exactly the tallies that were folded. */
function sealedHourWrite({ hourKey, sealing, foldedTallies }: SealRequest): ItemUpdate {
  const { state } = sealing;
  const fields = sealedFields(sealing);
  const set = Object.keys(fields).map((name) => `#${name} = :${name}`);
  return {
    Key: hourItemKey(hourKey),
    UpdateExpression: `SET ${set.join(', ')}${state === 'sealed' ? '' : ` ${NO_LONGER_DUE}`}`,
    // An hour that only a Balance opened has no tallies yet.
    ConditionExpression: `#state = :open AND ${foldedTallies === 0 ? 'attribute_not_exists(tallies)' : 'tallies = :tallies'}`,
    ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ':open': 'open',
      ...(foldedTallies > 0 && { ':tallies': foldedTallies }),
    },
  };
}

/** The attributes of the hour from now on; amounts that are 0 are left out. */
function sealedFields(sealing: Sealing): Record<string, unknown> {
  const { state, used, coveredQuantity, carriedIn, carriedOut } = sealing;
  return {
    state,
    used: toStoredNumber(used),
    sends: 0,
    answers: 0,
    ...(sealing.state === 'sealed' && { record: JSON.stringify(sealing.record) }),
    ...(!(carriedIn.eq(0) && carriedOut.eq(0)) && {
      carriedIn: toStoredNumber(carriedIn),
      carriedOut: toStoredNumber(carriedOut),
    }),
    ...(sealing.state === 'expired' && { expiredQuantity: toStoredNumber(sealing.expiredQuantity) }),
    ...(coveredQuantity.gt(0) && { coveredQuantity: toStoredNumber(coveredQuantity) }),
  };
}

interface BalanceWrite {
  hourKey: HourKey;
  carriedOut: Decimal;
  /** Absent: as it was. */
  coverage?: Coverage;
  balance: Balance;
}

function balanceWrite({ hourKey, carriedOut, coverage, balance }: BalanceWrite): ItemUpdate {
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

function openedWrite(hourKey: HourKey, opened: OpenedHour | undefined): ItemUpdate | undefined {
  return opened && openHourWrite({ ...hourKey, hour: opened.hour }, opened.dueAtMs);
}
