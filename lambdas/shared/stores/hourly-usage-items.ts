import { NumberValue } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ZERO } from '../domain/decimal';
import type { Hour, HourKey } from '../domain/hour';
import type { HourlyUsage } from '../domain/hourly-usage';
import type { MeteringRecord } from '../domain/metering-record';
import { quantityOf, type UsageTally } from '../domain/usage-tally';
import { isQuantityText } from '../domain/quantity-form';
import { dueShardOf } from './due-index';
import { storedInline } from './inline-events';
import { parsedCoverage } from './stored-coverage';
import { DECISION_REASONS, type Release } from '../domain/hold';
import { reads, storedDecimal, storedHour, storedInteger, toStoredNumber } from './stored-values';

/**
 * HourlyUsage, the ledger; its items never expire.
 *
 *   pk = subscriptionId
 *   sk = `<hour>#<dimension>`       one hour of one dimension; small deliveries are in it (`inline-tallies.ts`)
 *      | `balance#<dimension>`      the carry-over, and the usage that a contract has covered
 *      | `setAside#<hash>`          an item of the stream that is not valid usage
 *      | `overwritten#<hash>`       an event that was changed after it was stored
 *   index `due`: dueShard, dueAt (ms)   sparse: only hours that need work
 *
 * Other partitions: `quota` paces calls, `decimals` has the trial of each product's decimals, `tests` what has been a test
 * (`noted-tests.ts`), `holds` and `holdLog` what the operator holds back (`holds.ts`), `operator#<month>` and `erased#` what
 * the operator's commands have changed and erased.
 */
export function hourSortKey({ hour, dimension }: HourKey): string {
  return `${hour}#${dimension}`;
}

export function balanceSortKey(dimension: string): string {
  return `balance#${dimension}`;
}

/** Earlier versions stored whole numbers. */
const quantity = z.union([z.string(), z.int().transform(String)]);

const recordSchema = reads<MeteringRecord>()(
  z.object({
    productCode: z.string(),
    customer: z.discriminatedUnion('mode', [
      z.object({
        mode: z.literal('license'),
        customerAWSAccountId: z.string(),
        licenseArn: z.string(),
        licenseArnFrom: z.literal('event').optional(),
      }),
      z.object({ mode: z.literal('legacy'), customerIdentifier: z.string() }),
    ]),
    dimension: z.string(),
    timestampSeconds: z.int(),
    // A record of an earlier version is sent in the form that it was sealed in.
    form: z.enum(['decimal', 'whole']).default('whole'),
    quantity,
    allocations: z.array(z.object({ quantity, tags: z.record(z.string(), z.string()).readonly() })).optional(),
  }),
).refine(
  ({ form, quantity, allocations = [] }) =>
    [quantity, ...allocations.map((each) => each.quantity)].every((text) => isQuantityText(text, form)),
  'a quantity that is not of the form of its record',
);

const parsedRecord = z.string().transform((text) => recordSchema.parse(JSON.parse(text)));

const zero = NumberValue.from('0');
const count = storedInteger.prefault(zero);
const amount = storedDecimal.optional();

const keys = z.object({ pk: z.string(), sk: z.string() });
const anyHour = {
  tallies: count,
  inlineVersion: storedInteger.optional(),
  inlineEvents: storedInline.optional(),
  entries: storedInteger.optional(),
};
const decided = {
  ...anyHour,
  used: storedDecimal,
  coveredQuantity: amount,
  carriedIn: amount,
  carriedOut: amount,
  rejectedQuantity: amount,
  rejectedUse: z.array(storedHour).optional(),
  withheldQuantity: amount,
  withheldUse: z.array(storedHour).optional(),
};
const sent = { record: parsedRecord, sends: count, answers: count, settledReason: z.string().optional() };
const frozen = {
  ...sent,
  lastAnswer: z.enum(['conflict', 'echoDiffers', 'notSubscribed', 'refused', 'unprocessed', 'ambiguous']).optional(),
  lastReason: z.string().optional(),
};
const mayBeFrozen = z.object(frozen).partial().shape;

const held = z.enum(['onHold', 'aboveMaximum', 'testNeedsEnd']).optional();
const released = reads<Release>()(
  z.object({
    quantity: storedDecimal,
    by: z.string(),
    atMs: storedInteger,
    reason: z.enum(DECISION_REASONS),
    ticket: z.string().optional(),
  }),
);

type WithoutKey<Hour> = Hour extends unknown ? Omit<Hour, keyof HourKey> : never;

const hourItem = reads<WithoutKey<HourlyUsage>>()(
  z.discriminatedUnion('state', [
    z.object({
      ...anyHour,
      state: z.literal('open'),
      units: amount,
      summed: storedInteger.optional(),
      held,
      heldQuantity: amount,
      released: released.optional(),
    }),
    z.object({ ...decided, ...frozen, state: z.literal('sealed'), held, claim: z.string().optional() }),
    z.object({ ...decided, ...sent, state: z.literal('billed'), meteringRecordId: z.string() }),
    z.object({ ...decided, ...frozen, state: z.literal('unconfirmed'), meteringRecordId: z.string().optional() }),
    z.object({ ...decided, ...mayBeFrozen, state: z.literal('rejected'), meteringRecordId: z.string().optional() }),
    z.object({ ...decided, state: z.literal('covered'), coveredQuantity: storedDecimal }),
    z.object({ ...decided, state: z.literal('withheld'), withheldQuantity: storedDecimal }),
    z.object({ ...decided, ...mayBeFrozen, state: z.literal('carried'), carriedQuantity: amount }),
    z.object({ ...decided, ...mayBeFrozen, state: z.literal('expired'), expiredQuantity: amount }),
  ]),
).refine((hour) => !('sends' in hour) || (hour.answers ?? 0) <= (hour.sends ?? 0), 'more answers than sends');

export function parseHourItem(document: unknown): HourlyUsage {
  const { pk, sk } = keys.parse(document);
  return { ...parseHourSortKey(pk, sk), ...hourItem.parse(document) };
}

/** `2026-07-03T14#events`. */
export function isHourSortKey(sk: string): boolean {
  return storedHour.safeParse(sk.slice(0, 13)).success && sk[13] === '#' && sk.length > 14;
}

/** The key of an hour from the keys of its item. */
export function parseHourSortKey(pk: string, sk: string): HourKey {
  const hour = storedHour.parse(sk.slice(0, 13));
  return { subscriptionId: pk, hour, dimension: sk.slice(14) };
}

const balanceItem = z.object({
  amount: storedDecimal,
  version: storedInteger,
  coverage: parsedCoverage.optional(),
});

/** A Balance without an item is 0 at version 0. */
export function parseBalanceItem(document: unknown) {
  return document === undefined ? { amount: ZERO, version: 0 } : balanceItem.parse(document);
}

/** An hour to open. `dueAtMs` is when it can be sealed; it applies to a new hour only. */
export interface OpenedHour {
  hour: Hour;
  dueAtMs: number;
}

/** Opens an hour; idempotent. Refused once the hour is closed. */
export function openHourWrite(hourKey: HourKey, dueAtMs: number) {
  return {
    Key: hourItemKey(hourKey),
    UpdateExpression: 'SET #state = :open, dueShard = :dueShard, dueAt = if_not_exists(dueAt, :dueAt)',
    ConditionExpression: IS_OPEN_OR_NEW,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':open': 'open',
      ':dueShard': dueShardOf(hourKey.subscriptionId),
      ':dueAt': dueAtMs,
    } as Record<string, unknown>,
  };
}

/**
 * Counts a delivery in its hour. `changes` is by how much `tallies` grows: `summed` grows with it, and the write of an
 * earlier version leaves them different.
 */
export function countDelivery(tally: UsageTally, changes = 1) {
  return {
    adds: 'ADD tallies :changes, summed :changes, entries :entries, units :units',
    values: { ':changes': changes, ':entries': tally.events.length, ':units': toStoredNumber(quantityOf(tally)) },
  };
}

/** The condition under which an hour takes usage. */
const IS_OPEN_OR_NEW = 'attribute_not_exists(#state) OR #state = :open';

export function hourItemKey(hourKey: HourKey): { pk: string; sk: string } {
  return { pk: hourKey.subscriptionId, sk: hourSortKey(hourKey) };
}

/** Takes an hour out of the sparse index: it waits for nobody. */
export const NO_LONGER_DUE = 'REMOVE dueShard, dueAt, held, claim';
