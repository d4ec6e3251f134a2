import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import type { MeteringCallResult, MeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';

/** Answers calls by a script, in order, and then accepts everything; keeps the records that were sent. */
export class ScriptedMeteringGateway implements MeteringGateway {
  readonly calls: (readonly MeteringRecord[])[] = [];
  readonly #script: ((records: readonly MeteringRecord[]) => MeteringCallResult)[];

  constructor(...script: (MeteringCallResult | ((records: readonly MeteringRecord[]) => MeteringCallResult))[]) {
    this.#script = script.map((step) => (typeof step === 'function' ? step : () => step));
  }

  async batchMeterUsage(records: readonly MeteringRecord[]): Promise<MeteringCallResult> {
    this.calls.push(structuredClone(records));
    const answer = this.#script.shift() ?? acceptAll;
    return answer(records);
  }
}

export function acceptAll(records: readonly MeteringRecord[]): MeteringCallResult {
  const accepted = records.map((record) => ({
    kind: 'accepted' as const,
    meteringRecordId: `id-${record.timestampSeconds}`,
  }));
  return { outcome: 'answered', records: accepted };
}
