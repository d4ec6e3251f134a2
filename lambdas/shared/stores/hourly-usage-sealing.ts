import type { HourKey } from '../domain/hour';
import type { Notice } from '../contract/notices';
import type { Coverage } from '../domain/coverage';
import type { Decimal } from '../domain/decimal';
import type { Balance } from '../domain/balance';
import type { OpenHour, SendCounts } from '../domain/hourly-usage';
import type { Sealing } from '../domain/sealing';
import type { ItemUpdate } from './conditional-writes';
import { balanceSortKey, hourItemKey, NO_LONGER_DUE, type OpenedHour, openHourWrite } from './hourly-usage-items';
import { toStoredCoverage } from './stored-coverage';
import { toStoredNumber } from './stored-values';

/** A sealing, and the facts that it was decided from. */
export interface SealRequest {
  hourKey: HourKey;
  sealing: Sealing;
  /** The counts of the hour whose events were folded. */
  folded: Pick<OpenHour, 'tallies' | 'inlineVersion'>;
  /** The Balance as it was read. */
  balance: Balance;
  /** The hour that bills a Balance of a step or more. */
  balanceHour?: OpenedHour;
  /** The next hour, if it is sent even without usage. */
  zeroHour?: OpenedHour;
  /** The run that sends the record next: its first send counts as begun. */
  claim?: string;
  /** Report lost usage; written in the same transaction. */
  notices?: readonly Notice[];
}

/** The writes of one transaction; undefined for an item that does not change. */
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
  // A transaction can write an item only once.
  const zeroHour = request.zeroHour?.hour === request.balanceHour?.hour ? undefined : request.zeroHour;
  const isUnchanged = carriedOut.eq(balance.amount) && coverage === undefined;
  return {
    hour: sealedHourWrite(request),
    balance: isUnchanged ? undefined : balanceWrite({ hourKey, carriedOut, coverage, balance }),
    balanceHour: openedWrite(hourKey, request.balanceHour),
    zeroHour: openedWrite(hourKey, zeroHour),
  };
}

/** A sealed hour that AWS certainly never accepted and no longer accepts: its quantity goes back to the Balance. */
export interface CarryRequest {
  hourKey: HourKey;
  /** The quantity of the frozen record. */
  quantity: Decimal;
  /** The counts that the decision is based on. */
  seen: SendCounts;
  balance: Balance;
  balanceHour?: OpenedHour;
}

/** The writes of the carrying transaction. They are refused if a send has started since. */
export function carryWrites({ hourKey, quantity, seen, balance, balanceHour }: CarryRequest): BalancedWrites {
  return {
    hour: {
      Key: hourItemKey(hourKey),
      UpdateExpression: `SET #state = :carried, carriedQuantity = :quantity ${NO_LONGER_DUE}`,
      ...whenStillSealed(seen, { ':carried': 'carried', ':quantity': toStoredNumber(quantity) }),
    },
    balance: balanceWrite({ hourKey, carriedOut: balance.amount.plus(quantity), balance }),
    balanceHour: openedWrite(hourKey, balanceHour),
  };
}

/** The condition that a sealed hour has not changed: a send that started since, or an answer, refuses the write. */
export function whenStillSealed({ sends, answers }: SendCounts, values: Record<string, unknown>) {
  return {
    ConditionExpression: '#state = :sealed AND sends = :sends AND answers = :answers',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':sealed': 'sealed', ':sends': sends, ':answers': answers, ...values },
  };
}

/**
 * Freezes the hour if it still is as it was read. Its inline events stay in it: a sealed hour must tell which events it
 * holds for as long as they can come again.
 */
function sealedHourWrite({ hourKey, sealing, folded, claim }: SealRequest): ItemUpdate {
  const { state } = sealing;
  const fields = sealedFields(sealing, claim);
  const set = Object.keys(fields).map((name) => `#${name} = :${name}`);
  // An hour that was opened for a Balance has no tallies yet, and one of an earlier version has no inline events.
  const counts = [
    ['tallies', folded.tallies],
    ['inlineVersion', folded.inlineVersion ?? 0],
  ] as const;
  const unchanged = counts.map(([name, count]) =>
    count === 0 ? `attribute_not_exists(${name})` : `${name} = :${name}`,
  );
  const seen = counts.filter(([, count]) => count > 0).map(([name, count]): [string, number] => [`:${name}`, count]);
  return {
    Key: hourItemKey(hourKey),
    UpdateExpression: `SET ${set.join(', ')}${state === 'sealed' ? ' REMOVE held' : ` ${NO_LONGER_DUE}`}`,
    ConditionExpression: `#state = :open AND ${unchanged.join(' AND ')}`,
    ExpressionAttributeNames: Object.fromEntries(Object.keys(fields).map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ':open': 'open',
      ...Object.fromEntries(seen),
    },
  };
}

/** The new attributes of the hour; amounts of 0 are left out. */
function sealedFields(sealing: Sealing, claim: string | undefined): Record<string, unknown> {
  const { state, used, coveredQuantity, carriedIn, carriedOut } = sealing;
  const { rejectedQuantity, rejectedUse, withheldQuantity, withheldUse } = sealing;
  return {
    state,
    used: toStoredNumber(used),
    sends: claim === undefined ? 0 : 1,
    answers: 0,
    ...(claim !== undefined && { claim }),
    ...(sealing.state === 'sealed' && { record: JSON.stringify(sealing.record) }),
    ...(!(carriedIn.eq(0) && carriedOut.eq(0)) && {
      carriedIn: toStoredNumber(carriedIn),
      carriedOut: toStoredNumber(carriedOut),
    }),
    ...(sealing.state === 'expired' && { expiredQuantity: toStoredNumber(sealing.expiredQuantity) }),
    ...(rejectedQuantity.gt(0) && { rejectedQuantity: toStoredNumber(rejectedQuantity), rejectedUse }),
    ...(withheldQuantity.gt(0) && { withheldQuantity: toStoredNumber(withheldQuantity), withheldUse }),
    ...(coveredQuantity.gt(0) && { coveredQuantity: toStoredNumber(coveredQuantity) }),
  };
}

interface BalanceWrite {
  hourKey: HourKey;
  carriedOut: Decimal;
  /** Absent: unchanged. */
  coverage?: Coverage;
  balance: Balance;
}

export function balanceWrite({ hourKey, carriedOut, coverage, balance }: BalanceWrite): ItemUpdate {
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

export function openedWrite(hourKey: HourKey, opened: OpenedHour | undefined): ItemUpdate | undefined {
  return opened && openHourWrite({ ...hourKey, hour: opened.hour }, opened.dueAtMs);
}
