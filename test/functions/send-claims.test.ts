import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { aDecimalPath } from './a-decimal-path';
import { answered, givenDimensions, givenPath } from './a-scripted-path';
import { GRACE_MS, type UsagePath } from './usage-path';

const SEALED_AT_MS = NOON_MS + HOUR_MS + GRACE_MS;

let path: ReturnType<typeof givenPath>;

beforeEach(() => {
  path = givenPath();
});

/** Something fails after the sealing and before any call. */
function givenNoQuota(on: UsagePath) {
  return { ...on.meterDeps().meteringQuota, takeSlot: () => Promise.reject(new Error('no quota')) };
}

/** The sealing is stored, and nothing after it happens. @returns the sealing as it was. */
function givenCrash({ hourlyUsage }: UsagePath) {
  const seal = hourlyUsage.seal.bind(hourlyUsage);
  hourlyUsage.seal = async (request) => {
    await seal(request);
    throw new Error('crashed');
  };
  return seal;
}

describe('a send that the sealing claims', () => {
  it('needs no write of its own', async () => {
    let claims = 0;
    path.hourlyUsage.claimSend = async () => {
      claims += 1;
      return true;
    };
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(claims).toBe(0);
    expect(path.tables.hours).toMatchObject([{ state: 'billed', sends: 1, answers: 1 }]);
    expect(path.tables.hours[0]).not.toHaveProperty('claim');
  });

  it('is claimed anew when it is sent again', async () => {
    path = givenPath(answered({ kind: 'refused', reason: 'InvalidLicenseException' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    await path.meter({ at: NOON_MS + 3 * HOUR_MS });
    expect(path.tables.hours).toMatchObject([{ state: 'billed', sends: 2, answers: 2 }]);
  });

  it.each([['one record'], ['sixty records']])(
    'is given back by a run that fails before it calls AWS, so that %s can be carried',
    async (which) => {
      await (which === 'one record' ? path.deliver(aUsageEvent({ quantity: '3' })) : givenDimensions(path, 60));
      await expect(path.meter({ meteringQuota: givenNoQuota(path) })).rejects.toThrow('no quota');
      expect(path.calls).toEqual([]);
      const { hours } = path.tables;
      expect(hours.map(({ state, sends, answers }) => ({ state, sends, answers }))).toEqual(
        hours.map(() => ({ state: 'sealed', sends: 1, answers: 1 })),
      );
      await path.meter({ at: NOON_MS + 30 * HOUR_MS });
      expect(path.tables.hours.filter(({ state }) => state === 'unconfirmed')).toEqual([]);
      expect(path.tables.hours.filter(({ state }) => state === 'carried')).toHaveLength(hours.length);
    },
  );

  it('is given back when the sealing was stored, but seemed to fail', async () => {
    givenCrash(path);
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 1 }]);
  });

  it('is used when its answer was lost and the SDK wrote again', async () => {
    path = givenPath(answered({ kind: 'refused', reason: 'InvalidLicenseException' }));
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    // As the SDK does when a connection is cut after the write.
    path.tables.before = async (command) =>
      command instanceof UpdateCommand && path.tables.dynamoDb.run(new UpdateCommand(command.input));
    await path.meter({ at: NOON_MS + 3 * HOUR_MS });
    expect(path.tables.hours).toMatchObject([{ state: 'billed', sends: 2, answers: 2 }]);
  });

  it('is used at once when only the answer to the sealing was lost and the SDK wrote again', async () => {
    const { seal } = path.hourlyUsage;
    path.hourlyUsage.seal = async (request) => {
      await seal.call(path.hourlyUsage, request);
      return seal.call(path.hourlyUsage, request);
    };
    await path.deliver(aUsageEvent({ quantity: '3' }));
    await path.meter();
    expect(path.calls).toHaveLength(1);
    expect(path.tables.hours).toMatchObject([{ state: 'billed', sends: 1, answers: 1 }]);
  });

  it("is not taken for this run's if another run sealed the hour", async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const { seal } = path.hourlyUsage;
    path.hourlyUsage.seal = async (request) => {
      await seal.call(path.hourlyUsage, { ...request, claim: 'another run' });
      return seal.call(path.hourlyUsage, request);
    };
    await path.meter();
    expect(path.calls).toEqual([]);
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 0, claim: 'another run' }]);
  });

  it('gives nothing back for another run that has claimed a send since', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const takeSlot = async (): Promise<number> => {
      // The call of the other run has no answer yet.
      for (const { record, ...hourKey } of path.tables.hours)
        if (record) await path.hourlyUsage.claimSend({ hourKey, record, sends: 1, answers: 0 });
      throw new Error('no quota');
    };
    await expect(path.meter({ meteringQuota: { takeSlot } })).rejects.toThrow('no quota');
    const [hour] = path.tables.hours;
    expect(hour).toMatchObject({ state: 'sealed', sends: 2 });
    expect(hour && 'answers' in hour && hour.answers).toBeLessThan(2);
  });

  it('counts as unanswered after a crash, and the next run sends the record', async () => {
    await path.deliver(aUsageEvent({ quantity: '3' }));
    const { claims } = path.meterDeps();
    claims.giveBack = async () => undefined;
    const seal = givenCrash(path);
    await path.meter({ claims });
    expect(path.tables.hours).toMatchObject([{ state: 'sealed', sends: 1, answers: 0 }]);
    path.hourlyUsage.seal = seal;
    await path.meter({ at: SEALED_AT_MS + HOUR_MS });
    expect(path.tables.hours).toMatchObject([{ state: 'billed', sends: 2 }]);
    expect(path.calls).toHaveLength(1);
  });

  it('is not claimed while decimals may have to wait', async () => {
    const decimals = aDecimalPath();
    await decimals.decimalTrials.halt(PRODUCT_CODE, { reason: 'operator', atMs: 0 });
    await decimals.use('1.5', { of: ['events', 'seats'] });
    await decimals.meter();
    expect(decimals.tables.hours.map(({ dimension, ...hour }) => [dimension, 'sends' in hour && hour.sends])).toEqual([
      ['events', 0],
      ['seats', 1],
    ]);
  });
});
