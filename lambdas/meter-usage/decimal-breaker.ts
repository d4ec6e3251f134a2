import type { HourKey } from '../shared/domain/hour';
import type { MeteringOutcome, SealedRecord } from '../shared/domain/metering-record';
import type { Clock } from '../shared/runtime/ports';
import type { Log } from '../shared/runtime/logger';
import type { DecimalTrialStore } from '../shared/stores/decimal-trials';

/** Stops decimal records that AWS would bill as 0, before each call and after each answer. */
export interface DecimalBreakerDeps {
  decimalTrials: Pick<DecimalTrialStore, 'get' | 'prove' | 'halt'>;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
  /** The claim under which this run sends a record although nothing is proven. */
  probeId?: string;
}

/** Whether a call with these records may start now: read before each, because another run may have halted them. */
export async function mayCall(
  records: readonly SealedRecord[],
  { decimalTrials, probeId }: DecimalBreakerDeps,
): Promise<boolean> {
  const [first] = records;
  if (first === undefined || first.record.form === 'whole') return true;
  const trial = await decimalTrials.get(first.record.productCode);
  if (trial.state === 'unproven') return records.length === 1 && probeId !== undefined && trial.probe?.id === probeId;
  return trial.state === 'proven';
}

/**
 * Stores what the answers say about the product's decimals, before anything else is done with them: after a crash in
 * between, an hour without its answer is told to the seller, but a call after a difference would bill 0 again.
 */
export async function noteAnswers(
  answers: readonly (readonly [SealedRecord, MeteringOutcome])[],
  deps: DecimalBreakerDeps,
): Promise<void> {
  const { decimalTrials, probeId } = deps;
  const decimals = answers.filter(([{ record }]) => record.form === 'decimal');
  const [differs] = decimals.filter(([, { kind }]) => kind === 'echoDiffers');
  if (differs) return halt(differs[0], 'echoDiffers', deps);
  if (probeId === undefined) return;
  for (const [sealed, outcome] of decimals) {
    if (outcome.kind === 'accepted') await decimalTrials.prove(sealed.record.productCode, probeId);
    if (outcome.kind === 'refused' && outcome.reason === INVALID) await halt(sealed, 'refused', deps);
  }
}

/** How AWS refuses members, patterns and limits that it does not accept. */
const INVALID = 'ValidationException';

async function halt(
  { hourKey, record: { productCode } }: SealedRecord,
  reason: 'echoDiffers' | 'refused',
  { decimalTrials, clock, logger }: DecimalBreakerDeps,
): Promise<void> {
  logger.warn('Decimal records of the product are no longer sent', {
    messageCode: 'DECIMALS_HALTED',
    productCode,
    reason,
    ...hourKey,
  });
  await decimalTrials.halt(productCode, { reason, atMs: clock.now(), evidence: evidenceOf(hourKey) });
}

function evidenceOf({ subscriptionId, dimension, hour }: HourKey): string {
  return `${subscriptionId} ${dimension} ${hour}`;
}
