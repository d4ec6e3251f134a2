import { PROBE_CLAIM_MS } from '../shared/domain/decimal-trial';
import type { SealedRecord } from '../shared/domain/metering-record';
import type { DecimalTrialStore } from '../shared/stores/decimal-trials';
import { sendRecords, type SendRecordsDeps } from './send-records';

export interface SendCallDeps extends Omit<SendRecordsDeps, 'decimalTrials' | 'probeId'> {
  decimalTrials: SendRecordsDeps['decimalTrials'] & Pick<DecimalTrialStore, 'claimProbe' | 'releaseProbe'>;
}

/**
 * Sends the records of one call, as far as AWS is known to read their form. Until it has repeated one decimal quantity
 * of the product as it was sent, records go one by one, and only one run may send them. Held records stay due.
 */
export async function sendCall(records: readonly SealedRecord[], deps: SendCallDeps): Promise<void> {
  const { decimalTrials, clock, deadlineMs } = deps;
  const { form, productCode = '' } = records[0]?.record ?? {};
  if (form !== 'decimal') {
    await sendRecords(records, deps);
    return;
  }
  // An earlier send without an answer was the last probe: its record can lose nothing more.
  const waiting = records.toSorted((a, b) => Number(isUnanswered(b)) - Number(isUnanswered(a)));
  while (clock.now() < deadlineMs) {
    const { state } = await decimalTrials.get(productCode);
    if (state === 'proven') await sendRecords(waiting, deps);
    if (state !== 'unproven') return;
    const probe = waiting.shift();
    if (probe === undefined || !(await sendProbe(probe, deps))) return;
  }
}

function isUnanswered({ sends, answers }: SealedRecord): boolean {
  return sends > answers;
}

/**
 * @returns whether the next record may be tried. If AWS's answer is not known, the claim holds until it expires, so that
 * lost answers cannot cost more than one record each.
 */
async function sendProbe(probe: SealedRecord, deps: SendCallDeps): Promise<boolean> {
  const { decimalTrials, clock, random } = deps;
  const { productCode } = probe.record;
  const [id, nowMs] = [`${clock.now()}-${random()}`, clock.now()];
  if (!(await decimalTrials.claimProbe(productCode, { id, nowMs, untilMs: nowMs + PROBE_CLAIM_MS }))) return false;
  const { isCertain } = await sendRecords([probe], { ...deps, probeId: id });
  if (isCertain) await decimalTrials.releaseProbe(productCode, id);
  return isCertain;
}
