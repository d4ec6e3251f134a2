import type { MeteringOutcome } from '../../lambdas/shared/domain/metering-record';
import type { MeteringCallResult } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aUsageEvent } from '../builders/a-usage-event';
import { ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { UsagePath } from './usage-path';

export const answered = (...outcomes: MeteringOutcome[]): MeteringCallResult => ({
  outcome: 'answered',
  records: outcomes,
});

export function givenPath(...script: ConstructorParameters<typeof ScriptedMeteringGateway>) {
  const gateway = new ScriptedMeteringGateway(...script);
  return Object.assign(new UsagePath({ gateway }), { calls: gateway.calls });
}

/** Usage in this many dimensions in the hour of 12:00. */
export async function givenDimensions(path: UsagePath, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, n) => `d${n}`);
  path.products.forEach((product) => product.dimensions.push(...names.map((apiName) => ({ apiName, unit: 'unit' }))));
  await path.deliver(...names.map((dimension) => aUsageEvent({ dimension })));
}
