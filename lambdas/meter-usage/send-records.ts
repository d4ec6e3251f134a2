import pMap from 'p-map';
import { decimal } from '../shared/domain/decimal';
import { acceptedUntilMs } from '../shared/domain/hour';
import type { UnbilledState } from '../shared/domain/hourly-usage';
import {
  conflictInDoubt,
  doubted,
  type OutcomeOf,
  type MeteringOutcome,
  type MeteringRecord,
  type SealedRecord,
} from '../shared/domain/metering-record';
import { toMeteringRejected } from '../shared/domain/rejection-notices';
import { nextAttemptAtMs, retryDelayMs } from '../shared/domain/retry-schedule';
import type { MeteringGateway } from '../shared/marketplace/batch-meter-usage';
import type { Counters } from '../shared/runtime/metrics';
import type { HourlyUsageStore } from '../shared/stores/hourly-usage';
import type { CallQuota } from '../shared/stores/call-quota';
import { mayCall, noteAnswers, type DecimalBreakerDeps } from './decimal-breaker';
import type { HoldWatch } from './hold-watch';
import type { SendClaims } from './send-claims';

type SettleMethod = 'settleAccepted' | 'settleConflict' | 'settleEchoDiffers' | 'settleDeferred';

export interface SendRecordsDeps extends DecimalBreakerDeps {
  hourlyUsage: Pick<HourlyUsageStore, 'claimSend' | SettleMethod>;
  holds: Pick<HoldWatch, 'covers'>;
  claims: Pick<SendClaims, 'use'>;
  meteringQuota: CallQuota;
  marketplace: MeteringGateway;
  counters: Counters<'meter-usage'>;
  sleep(ms: number): Promise<void>;
  /** 0 … 1, for jitter. */
  random(): number;
  /** No call starts later; records that were not sent stay due. */
  deadlineMs: number;
  onFailure(error: unknown): void;
}

/** Records to send in one call, and the number of failed tries. */
interface Attempt {
  records: SealedRecord[];
  tries: number;
}

const MAX_TRIES = 5;
const CONCURRENCY = 25;

/**
 * Sends the records of one call and stores every outcome. Unprocessed records are sent again. A call that AWS refuses
 * is split into halves, until each record has its own answer or the time is up.
 *
 * Each record is claimed before the first call and settled once after the last. If the result of a call is not known,
 * its records keep a send without an answer: unless AWS accepts them later, they may have been billed.
 *
 * @returns whether AWS's answer to every record is known.
 */
export async function sendRecords(
  records: readonly SealedRecord[],
  deps: SendRecordsDeps,
): Promise<{ isCertain: boolean }> {
  const sent: Sent = { outcomes: new Map(), uncertain: new Set() };
  // Whatever stops the calls, no claim stays without the answer that is known of it.
  await claimAndCall(records, sent, deps).finally(() => settle(sent, deps));
  const { outcomes, uncertain } = sent;
  return {
    isCertain: [...outcomes].every(([record, outcome]) => known(outcome, uncertain.has(record)).kind !== 'ambiguous'),
  };
}

/** What is known of the records whose send is claimed. */
interface Sent {
  outcomes: Map<SealedRecord, MeteringOutcome>;
  /** One of their calls has an unknown result. */
  uncertain: Set<SealedRecord>;
}

async function claimAndCall(
  records: readonly SealedRecord[],
  { outcomes, uncertain }: Sent,
  deps: SendRecordsDeps,
): Promise<void> {
  const claim = async (record: SealedRecord) => {
    if (await isClaimed(record, deps)) outcomes.set(record, { kind: 'unprocessed' });
  };
  const errors: unknown[] = [];
  await pMap(records, (record) => claim(record).catch((error: unknown) => void errors.push(error)), {
    concurrency: CONCURRENCY,
  });
  if (errors.length > 0) throw errors[0];
  const claimed = records.filter((record) => outcomes.has(record));
  const queue: Attempt[] = claimed.length > 0 ? [{ records: claimed, tries: 0 }] : [];
  for (let attempt = queue.shift(); attempt !== undefined; attempt = queue.shift()) {
    if (!(await awaitTurn(attempt, deps)) || !(await mayCall(attempt.records, deps))) continue;
    const free = await unheld(attempt.records, uncertain, deps);
    if (free.length === 0) continue;
    const { answers, next } = await call({ ...attempt, records: free }, deps).catch((error: unknown) => {
      for (const record of free) outcomes.set(record, { kind: 'ambiguous' });
      throw error;
    });
    for (const [record, outcome] of answers) {
      outcomes.set(record, outcome);
      if (outcome.kind === 'ambiguous') uncertain.add(record);
    }
    // If this cannot be stored, no further call is made.
    if (!(await noteAnswers(answers, deps).then(() => true, failed(deps)))) return;
    queue.push(...next.filter(({ tries }) => tries < MAX_TRIES));
  }
}

/** Counts the send before it starts, unless the sealing has. @returns false when another run claimed it. */
async function isClaimed(record: SealedRecord, { claims, hourlyUsage }: SendRecordsDeps): Promise<boolean> {
  // A record that was read as sealed needs a claim, even if this run sealed it and gave that claim back.
  return (record.sends === 0 && claims.use(record.hourKey)) || hourlyUsage.claimSend(record);
}

/** The records that nobody holds back. One whose result is not known goes on: waiting could lose the answer. */
async function unheld(
  records: readonly SealedRecord[],
  uncertain: ReadonlySet<SealedRecord>,
  { holds, clock }: SendRecordsDeps,
): Promise<SealedRecord[]> {
  const free: SealedRecord[] = [];
  for (const sealed of records) {
    const { hourKey, record, mayWaitUntilMs = 0 } = sealed;
    const mayWait = clock.now() < mayWaitUntilMs && !uncertain.has(sealed);
    if (!mayWait || !(await holds.covers({ ...hourKey, productCode: record.productCode }))) free.push(sealed);
  }
  return free;
}

/** What is known of a record, if the result of one of its calls may not be. */
function known(outcome: MeteringOutcome, isUncertain: boolean): MeteringOutcome {
  return isUncertain ? doubted(outcome) : outcome;
}

function failed({ onFailure }: SendRecordsDeps): (error: unknown) => false {
  return (error) => {
    onFailure(error);
    return false;
  };
}

/** Waits for a slot in the quota, longer after a failure. @returns false when the time is up first. */
async function awaitTurn(
  { tries }: Attempt,
  { clock, sleep, random, meteringQuota, deadlineMs }: SendRecordsDeps,
): Promise<boolean> {
  if (clock.now() >= deadlineMs) return false;
  if (tries > 0) await sleep(retryDelayMs(tries, random()));
  const slotMs = await meteringQuota.takeSlot();
  if (slotMs >= deadlineMs) return false;
  const waitMs = slotMs - clock.now();
  if (waitMs > 0) await sleep(waitMs);
  return true;
}

/** Makes one call. @returns the answers by record, and the attempts that follow from them. */
async function call(
  { records, tries }: Attempt,
  { marketplace, counters }: SendRecordsDeps,
): Promise<{ answers: [SealedRecord, MeteringOutcome][]; next: Attempt[] }> {
  const all = (outcome: MeteringOutcome): [SealedRecord, MeteringOutcome][] =>
    records.map((record) => [record, outcome]);
  counters.count('MeteringCalls', 1);
  const result = await marketplace.batchMeterUsage(records.map(({ record }) => record));
  switch (result.outcome) {
    case 'answered': {
      const answers = all({ kind: 'ambiguous' }).map(([record, missing], index): [SealedRecord, MeteringOutcome] => [
        record,
        result.records[index] ?? missing,
      ]);
      const again = answers
        .filter(([, { kind }]) => kind === 'unprocessed' || kind === 'ambiguous')
        .map(([record]) => record);
      return { answers, next: again.length > 0 ? [{ records: again, tries: tries + 1 }] : [] };
    }
    case 'refused': {
      if (records.length === 1) return { answers: all({ kind: 'refused', reason: result.reason }), next: [] };
      const middle = Math.ceil(records.length / 2);
      const halves = [records.slice(0, middle), records.slice(middle)];
      return { answers: [], next: halves.map((half) => ({ records: half, tries: 0 })) };
    }
    case 'misconfigured':
      counters.count('MeteringMisconfigured', 1);
      return { answers: all({ kind: 'refused', reason: result.reason }), next: [] };
    case 'throttled':
      counters.count('MeteringThrottles', 1);
      return { answers: all({ kind: 'unprocessed' }), next: [{ records, tries: tries + 1 }] };
    case 'ambiguous':
      counters.count('MeteringAmbiguous', 1);
      return { answers: all({ kind: 'ambiguous' }), next: [{ records, tries: tries + 1 }] };
  }
}

/** Stores the outcomes. If one cannot be stored, a later run sends its record again, unchanged. */
async function settle({ outcomes, uncertain }: Sent, deps: SendRecordsDeps): Promise<void> {
  await pMap(
    outcomes,
    async ([sealed, answer]) => {
      const outcome = conflictInDoubt(answer, sealed, uncertain.has(sealed));
      deps.counters.count(`Records.${outcome.kind}`, 1);
      noteRefusal(sealed, outcome, deps);
      await settleRecord(sealed, known(outcome, uncertain.has(sealed)), deps).then(
        () => noteFinal(sealed.record, outcome, deps),
        deps.onFailure,
      );
    },
    { concurrency: CONCURRENCY },
  );
}

/** Logs which record AWS did not bill as it was sent; the metrics say how many. */
function noteRefusal({ hourKey }: SealedRecord, outcome: MeteringOutcome, { counters, logger }: SendRecordsDeps): void {
  if (outcome.kind === 'unprocessed' || outcome.kind === 'ambiguous') return;
  if (outcome.kind === 'accepted') {
    if (outcome.isEchoMissing) counters.count('EchoesMissing', 1);
    return;
  }
  if (outcome.kind === 'refused') counters.count('RecordsRefused', 1, { reason: outcome.reason });
  logger.warn('AWS did not accept the record', { messageCode: 'RECORD_NOT_ACCEPTED', ...hourKey, ...outcome });
}

/** Counts the quantity of a final outcome, only once it is stored. */
function noteFinal(
  { productCode: product, dimension, quantity }: MeteringRecord,
  outcome: MeteringOutcome,
  { counters }: SendRecordsDeps,
): void {
  const units = Number(quantity);
  if (outcome.kind === 'accepted') counters.count('UnitsBilled', units, { product, dimension });
  if (outcome.kind !== 'conflict' && outcome.kind !== 'echoDiffers') return;
  const { state, reason } = endOf(outcome);
  counters.count(`UnitsClosed.${state}`, units);
  counters.count('UnitsNotBilled', units, { product, dimension, reason });
}

async function settleRecord(
  sealed: SealedRecord,
  outcome: MeteringOutcome,
  { hourlyUsage, clock }: SendRecordsDeps,
): Promise<void> {
  const { hourKey, record, answers } = sealed;
  const nowMs = clock.now();
  switch (outcome.kind) {
    case 'accepted':
      return hourlyUsage.settleAccepted(hourKey, outcome.meteringRecordId);
    case 'conflict':
      return hourlyUsage.settleConflict(hourKey, noticeOf(sealed, { ...endOf(outcome), nowMs }));
    case 'echoDiffers':
      return hourlyUsage.settleEchoDiffers(hourKey, outcome, noticeOf(sealed, { ...endOf(outcome), nowMs }));
    case 'unprocessed':
      return hourlyUsage.settleDeferred(sealed, { outcome, dueAtMs: nowMs });
    case 'notSubscribed':
    case 'refused': {
      const windowEndMs = acceptedUntilMs(record.timestampSeconds * 1000);
      const dueAtMs = nextAttemptAtMs(nowMs, { answers, acceptedUntilMs: windowEndMs });
      return hourlyUsage.settleDeferred(sealed, { outcome, dueAtMs });
    }
    case 'ambiguous':
      // The hour stays due, with a send that has no answer.
      return undefined;
  }
}

/** How an hour ends at once. */
function endOf(outcome: OutcomeOf<'conflict' | 'echoDiffers'>): { state: UnbilledState; reason: string } {
  if (outcome.kind === 'echoDiffers') return { state: 'unconfirmed', reason: outcome.kind };
  return outcome.isInDoubt
    ? { state: 'unconfirmed', reason: 'conflictInDoubt' }
    : { state: 'rejected', reason: outcome.kind };
}

/** Sent at once: these answers are final, and their cause is easier to find while it lasts. */
function noticeOf(
  { hourKey, record, decidedFor }: SealedRecord,
  { nowMs, ...end }: { state: UnbilledState; reason: string; nowMs: number },
) {
  const quantity = decimal(record.quantity);
  return toMeteringRejected({ hourKey, quantity, record, decidedFor, ...end }, new Date(nowMs).toISOString());
}
