import * as z from 'zod';
import { type EnvOf, type FunctionName, STREAM_MAPPING } from '../../lambdas/shared/contract/functions';
import type { IndexOf } from '../../lambdas/shared/contract/tables';
import { ZERO } from '../../lambdas/shared/domain/decimal';
import { hourOf } from '../../lambdas/shared/domain/hour';
import type { HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import type { LicenseEvent } from '../../lambdas/shared/domain/marketplace-event';
import type { Ending, Subscription } from '../../lambdas/shared/domain/subscription';
import type { Counters } from '../../lambdas/shared/runtime/metrics';
import type { Log } from '../../lambdas/shared/runtime/logger';
import { reads } from '../../lambdas/shared/stores/stored-values';

/**
 * States that must not exist. Each line below a `Wrong` comment must fail to compile, and nothing else may:
 * `wrong-states.test.ts` compiles this file. It is not part of `tsconfig.json`.
 */
const hour = { subscriptionId: 's-1', dimension: 'events', hour: hourOf(0), tallies: 0 };
const known = { subscriptionId: 's-1', productCode: 'p', stateReason: 'registered', version: 1 };
const kept = { id: 'e-1', detailType: 'License Updated', time: '2026-11-01T00:00:00.000Z', detail: '{}' };
declare const counters: Counters<'meter-usage'>;
declare const log: Log;

// Wrong: a sealed hour without the record that is sent.
export const sealed: HourlyUsage = { ...hour, state: 'sealed', used: ZERO, sends: 0, answers: 0 };
// Wrong: an open hour that has been sent.
export const open: HourlyUsage = { ...hour, state: 'open', sends: 1 };
// Wrong: a billed hour without AWS's record id.
export const billed: HourlyUsage = { ...hour, state: 'billed', used: ZERO, sends: 1, answers: 1 };
// Wrong: an active subscription that was never activated.
export const active: Subscription = { ...known, state: 'active' };
// Wrong: a subscription that has ended at no time.
export const ended: Subscription = { ...known, state: 'ended' };
// Wrong: an ending that the store could not read.
export const ending: Ending = { at: '2026-11-01T00:00:00.000Z', kind: 'licenseRevoked' };
// Wrong: an event of a licence that says something only a customer's can.
export const event: LicenseEvent = { kind: 'license', kept, event: { kind: 'unsubscribePending', time: kept.time } };
// Wrong: a stored schema that lacks a word of the type.
export const missingWord = reads<'a' | 'b'>()(z.enum(['a']));
// Wrong: a stored schema that lacks an optional field of the type.
export const missingField = reads<{ a: string; b?: string }>()(z.object({ a: z.string() }));
// Wrong: an index that the table does not have.
export const index: IndexOf<'hourlyUsage'> = 'dueIndex';
// Wrong: a table's name for a function that has no such table.
export const env: EnvOf<'publish-notices'> = { EVENT_BUS_NAME: 'bus', NOTICES_TABLE_NAME: 'notices' };
// Wrong: a function that does not exist.
export const name: FunctionName = 'process-usage';
// Wrong: a metric of another function.
counters.count('NoticesPublished', 1);
// Wrong: a message code that nobody has listed.
log.info('Done', { messageCode: 'DONE' });
// Wrong: a batch setting changed in passing.
STREAM_MAPPING.retryAttempts = 1;
