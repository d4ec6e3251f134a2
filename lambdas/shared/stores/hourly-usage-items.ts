import { NumberValue } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { ZERO } from '../domain/decimal';
import type { HourlyUsage } from '../domain/hourly-usage';
import { HOUR_TRANSITIONS } from '../domain/hourly-usage';
import type { MeteringRecord } from '../domain/metering-record';
import type { HourKey } from '../domain/usage-tally';
import { parsedCoverage } from './stored-coverage';
import { storedDecimal, storedHour, storedInteger } from './stored-values';

/**
 * HourlyUsage, the ledger; its items never expire.
 *
 *   pk = subscriptionId
 *   sk = `<hour>#<dimension>`       one hour of one dimension
 *      | `balance#<dimension>`      what sealing left unbilled, and what a contract has covered
 *      | `setAside#<hash>`          an item of the stream that cannot be usage
 *      | `overwritten#<hash>`       an event that was changed after it was stored
 *   index `due`: dueShard, dueAt (ms)   sparse: only hours with something left to do
 */
export function hourSortKey({ hour, dimension }: HourKey): string {
  return `${hour}#${dimension}`;
}

export function balanceSortKey(dimension: string): string {
  return `balance#${dimension}`;
}

const states = Object.keys(HOUR_TRANSITIONS) as [keyof typeof HOUR_TRANSITIONS];

const recordSchema = z.object({
  productCode: z.string(),
  customer: z.discriminatedUnion('mode', [
    z.object({ mode: z.literal('license'), customerAWSAccountId: z.string(), licenseArn: z.string() }),
    z.object({ mode: z.literal('legacy'), customerIdentifier: z.string() }),
  ]),
  dimension: z.string(),
  timestampSeconds: z.int(),
  quantity: z.int(),
  allocations: z.array(z.object({ quantity: z.int(), tags: z.record(z.string(), z.string()) })).optional(),
}) satisfies z.ZodType<MeteringRecord>;

const parsedRecord = z.string().transform((text) => recordSchema.parse(JSON.parse(text)));

const zero = NumberValue.from('0');
const amount = storedDecimal.optional();

const hourItem = z
  .object({
    pk: z.string(),
    sk: z.string(),
    state: z.enum(states),
    tallies: storedInteger.prefault(zero),
    sends: storedInteger.prefault(zero),
    answers: storedInteger.prefault(zero),
    record: parsedRecord.optional(),
    used: amount,
    coveredQuantity: amount,
    carriedIn: amount,
    carriedOut: amount,
    expiredQuantity: amount,
    carriedQuantity: amount,
    meteringRecordId: z.string().optional(),
    lastAnswer: z.enum(['conflict', 'notSubscribed', 'refused', 'unprocessed', 'ambiguous']).optional(),
    lastReason: z.string().optional(),
  })
  .transform(({ pk, sk, ...rest }): HourlyUsage => ({ ...parseHourSortKey(pk, sk), ...rest }));

export function parseHourItem(document: unknown): HourlyUsage {
  return hourItem.parse(document);
}

/** The key of an hour from its item's keys, as the index gives them. */
export function parseHourSortKey(pk: string, sk: string): HourKey {
  const hour = storedHour.parse(sk.slice(0, 13));
  return { subscriptionId: pk, hour, dimension: sk.slice(14) };
}

const balanceItem = z.object({
  amount: storedDecimal,
  version: storedInteger,
  coverage: parsedCoverage.optional(),
});

/** A Balance that was never written is 0 at version 0. */
export function parseBalanceItem(document: unknown) {
  return document === undefined ? { amount: ZERO, version: 0 } : balanceItem.parse(document);
}
