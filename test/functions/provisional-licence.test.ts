import { beforeEach, describe, expect, it } from 'vitest';
import type { MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import type { MeteringCallResult } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { acceptAll, ScriptedMeteringGateway } from '../fakes/scripted-metering-gateway';
import { UsagePath } from './usage-path';

const OF_EVENT = 'arn:aws:license-manager::294406891311:license/l-1';
const REGISTERED = 'arn:aws:license-manager::294406891311:license:l-1';

const arnOf = ({ customer }: MeteringRecord) => (customer.mode === 'license' ? customer.licenseArn : undefined);

/** An AWS that knows only the registered ARN. */
function aws(records: readonly MeteringRecord[]): MeteringCallResult {
  const isKnown = records.every((record) => arnOf(record) === REGISTERED);
  return isKnown ? acceptAll(records) : { outcome: 'refused', reason: 'InvalidLicenseException' };
}

let gateway: ScriptedMeteringGateway;
let path: UsagePath;

beforeEach(async () => {
  gateway = new ScriptedMeteringGateway(...Array.from({ length: 500 }, () => aws));
  path = new UsagePath({ gateway });
  path.givenSubscription({ licenseArn: OF_EVENT, licenseArnFrom: 'event' });
  await path.deliver(aUsageEvent({ quantity: '7' }));
});

const register = () => path.givenSubscription({ licenseArn: REGISTERED, version: 2 });
const sentArns = () => new Set(gateway.calls.flat().map(arnOf));

async function passHours(from: number, to: number): Promise<void> {
  for (let hour = from; hour <= to; hour += 1) await path.meter({ at: NOON_MS + hour * HOUR_MS + 10 * 60_000 });
}

const noonHour = () => path.tables.hours.find(({ hour }) => hour === '2026-03-10T12');

describe('usage of a licence that nobody has registered', () => {
  it('is billed with the ARN of its event, if AWS takes it', async () => {
    path.givenSubscription({ licenseArn: REGISTERED, licenseArnFrom: 'event' });
    await path.meter();
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '7'] });
  });

  it('is billed in its hour once a registration brings the ARN that AWS takes', async () => {
    await passHours(1, 3);
    expect(noonHour()).toMatchObject({ state: 'sealed', lastReason: 'InvalidLicenseException' });
    register();
    // In the same run that freezes the record anew.
    await passHours(4, 4);
    expect(path.hours).toEqual({ '2026-03-10T12': ['billed', '7'] });
    expect([...sentArns()]).toEqual([OF_EVENT, REGISTERED]);
    expect(path.log.text).toContain('RECORD_FROZEN_ANEW');
  });

  it('is carried, not rejected, when the window closes, and billed after the registration', async () => {
    await passHours(1, 26);
    expect(noonHour()).toMatchObject({ state: 'carried', lastReason: 'InvalidLicenseException' });
    expect(path.tables.noticesOf('MeteringRejected')).toEqual([]);
    register();
    await passHours(27, 29);
    expect(Object.values(path.hours).filter(([state]) => state === 'billed')).toEqual([['billed', '7']]);
    expect(path.carried).toBe('0');
  });

  it('is forgone, and told, if the seller does not want it billed in a later hour', async () => {
    path.unsendableUsage = 'expire';
    await passHours(1, 26);
    expect(path.tables.noticesOf('MeteringRejected')).toMatchObject([
      { outcome: 'rejected', reason: 'InvalidLicenseException', quantity: '7' },
    ]);
  });

  it('is neither frozen anew nor carried while a send has no answer', async () => {
    gateway = new ScriptedMeteringGateway(
      ...Array.from({ length: 5 }, () => ({ outcome: 'ambiguous', reason: 'TimeoutError' }) as const),
      ...Array.from({ length: 500 }, () => aws),
    );
    path.gateway = gateway;
    await passHours(1, 2);
    register();
    await passHours(3, 26);
    expect(noonHour()).toMatchObject({ state: 'unconfirmed', record: { customer: { licenseArn: OF_EVENT } } });
    expect([...sentArns()]).toEqual([OF_EVENT]);
  });
});
