import { isDeepStrictEqual } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { LICENSE_PRODUCT, PRODUCTS } from './products';

/**
 * Each test breaks the cause of one alarm in the running stack and follows the runbook to its end. Only that alarm may
 * fire, and it must be over when the runbook says so.
 */
const HOUR_MS = 3_600_000;

const running = useFlow({ now: '2026-03-10T09:20:00Z', mayFail: true });
let agreement: Agreement;
let subscriptionId: string;
let used = 0;

beforeEach(async () => {
  running.marketplace.clearFaults();
  agreement = running.subscribe();
  subscriptionId = await running.register(agreement);
  await untilQuiet();
});

/** Alarms of the test before are over after two hours: no alarm looks further back. */
async function untilQuiet(): Promise<void> {
  for (let quarter = 0; quarter < 10; quarter += 1) {
    await goOn(0.25);
    if (on().length === 0) return;
  }
  throw new Error(`Still on: ${on().join(', ')}`);
}

const on = () =>
  running.stack
    .alarms()
    .filter(({ state }) => state === 'ALARM')
    .map(nameOf)
    .sort();

const nameOf = ({ name }: { name: string }) => name.replace(/^.*Alarms\W?/, '');

async function use(quantity: number, event: object = {}): Promise<void> {
  used += 1;
  await running.report([{ id: `job-${used}`, subscriptionId, quantity, ...event }]);
}

const goOn = (hours: number) => running.passQuarters(4 * hours);

const awsFails = (kind: 'throttle' | 'licenseNotActive') =>
  running.marketplace.plantFault({ kind, operation: 'BatchMeterUsage', rate: 1 });

describe('metrics and alarms', () => {
  it('keeps every alarm off while usage is billed', async () => {
    await use(5);
    await goOn(2);
    expect(running.billed(agreement)).toEqual({ events: '5' });
    expect(on()).toEqual([]);
  });

  it('writes every metric that an alarm watches, including zeros', async () => {
    await use(5);
    await goOn(1);
    const written = running.stack.metrics().map(({ namespace, name, dimensions }) => ({ namespace, name, dimensions }));
    const silent = running.stack
      .alarms()
      .filter(({ metrics }) => !metrics.every((metric) => written.some((each) => isDeepStrictEqual(each, metric))));
    // AWS writes these metrics only when they are not zero, and throttles only of functions that are called.
    expect(silent.map(nameOf)).toEqual(['FunctionsThrottled', 'BatchesGivenUp', 'BatchesLost']);
  });

  it('writes no more metrics than docs/cost.md calculates', () => {
    const own = running.stack
      .metrics()
      .filter(({ namespace, dimensions }) => !namespace.startsWith('AWS/') && dimensions.reason === undefined);
    const ofProducts = own.filter(({ dimensions }) => dimensions.product !== undefined);
    const ofDimensions = ofProducts.filter(({ dimensions }) => dimensions.dimension !== undefined);
    const scheduled = ['meter-usage', 'refresh-entitlements'];
    const ofRuns = own.filter(({ dimensions }) => scheduled.includes(dimensions.service ?? ''));
    expect(ofProducts.length - ofDimensions.length).toBe(PRODUCTS.length);
    // One dimension is used, and AWS answers at once.
    expect(ofDimensions.map(({ name }) => name).sort()).toEqual(['UnitsBilled', 'UnitsCovered', 'UnitsUsed']);
    expect(ofRuns.length - ofProducts.length).toBeLessThanOrEqual(46);
    expect(own.length - ofRuns.length).toBeLessThanOrEqual(31);
  });

  it('writes the used and the billed units of each dimension', async () => {
    await use(5.5);
    await goOn(1);
    const of = (name: string) =>
      running.stack
        .metrics()
        .filter(
          ({ name: its, dimensions: { product, dimension } }) =>
            [its, product, dimension].join() === [name, LICENSE_PRODUCT, 'events'].join(),
        );
    expect(running.billed(agreement)).toEqual({ events: '5.5' });
    for (const name of ['UnitsUsed', 'UnitsBilled', 'UnitsCovered']) expect(of(name)).toHaveLength(1);
  });
});

describe('alarms on metering', () => {
  it('fires MeteringNotRunning while metering does not run, and metering catches up', async () => {
    for (const schedule of ['EveryHour', 'CatchUp']) running.stack.enableSchedule(schedule, false);
    await use(5);
    await goOn(1);
    expect(on()).toEqual(['MeteringNotRunning']);
    for (const schedule of ['EveryHour', 'CatchUp']) running.stack.enableSchedule(schedule, true);
    await goOn(1);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '5' }]);
  });

  it('fires MeteringNotRunning while metering crashes', async () => {
    running.stack.plantFault('meter-usage', { kind: 'fail', next: Infinity });
    await goOn(0.5);
    expect(on()).toEqual(['MeteringNotRunning']);
    running.stack.clearFaults();
    await goOn(0.5);
    expect(on()).toEqual([]);
  });

  it('fires UnbilledHoursOld when AWS Marketplace throttles metering for hours', async () => {
    awsFails('throttle');
    await use(5);
    await goOn(1);
    expect(on()).toEqual([]);
    running.clock.advance(2 * HOUR_MS);
    await goOn(0.25);
    expect(on()).toEqual(['UnbilledHoursOld']);
    running.marketplace.clearFaults();
    await goOn(0.5);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '5' }]);
  });
});

describe('alarms on answers of AWS Marketplace', () => {
  it('fires RecordsConflict when AWS has another quantity, for an hour', async () => {
    await use(5);
    const { accountId, licenseArn } = agreement;
    const Timestamp = Math.floor(running.clock.now() / 1000);
    const record = { Timestamp, CustomerAWSAccountId: accountId, LicenseArn: licenseArn, Dimension: 'events' };
    running.marketplace.call('BatchMeterUsage', { UsageRecords: [{ ...record, Quantity: 3 }] });
    await goOn(1);
    expect(on()).toEqual(['RecordsConflict']);
    await goOn(1.25);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '3' }]);
  });

  it('fires RecordsNotSubscribed while a buyer stays suspended, until AWS accepts the record', async () => {
    running.marketplace.suspendBuyer(agreement.accountId);
    await use(5);
    await goOn(3);
    expect(on()).toEqual(['RecordsNotSubscribed', 'UnbilledHoursOld']);
    running.marketplace.suspendBuyer(agreement.accountId, false);
    await goOn(3);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '5' }]);
  });

  it('fires RecordsRefused with its reason at once when a licence is not valid', async () => {
    awsFails('licenseNotActive');
    await use(5);
    await goOn(1);
    expect(on()).toEqual(['RecordsRefused']);
    expect(running.stack.metrics()).toContainEqual(
      expect.objectContaining({
        name: 'RecordsRefused',
        dimensions: expect.objectContaining({ reason: 'InvalidLicenseException' }),
      }),
    );
    running.marketplace.clearFaults();
    await goOn(2.25);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '5' }]);
  });

  it('fires UsageRejected when AWS refuses a record until its window closes', async () => {
    awsFails('licenseNotActive');
    await use(5);
    await goOn(1);
    running.clock.advance(25 * HOUR_MS);
    await goOn(0.5);
    expect(on()).toContain('UsageRejected');
  });
});

/** Invokes the function with the payload of the newest object in the bucket, as the runbook does. */
async function feedInAgain(): Promise<void> {
  const bucket = running.stack.bucket('FailedBatchesBucket');
  const { payload } = JSON.parse(bucket.get(bucket.keys().at(-1) ?? '') ?? '');
  const done = { ok: true, payload: { batchItemFailures: [] } };
  expect(await running.stack.invoke('aggregate-usage', JSON.parse(payload))).toEqual(done);
}

describe('alarms on usage', () => {
  it('fires UsageExpired when usage is redriven after its subscription ended', async () => {
    running.stack.plantFault('aggregate-usage', { kind: 'fail', next: Infinity });
    await use(5);
    await running.settled();
    running.stack.clearFaults();
    running.marketplace.deprovision(agreement.agreementId);
    await goOn(2);
    expect(on()).toEqual([]);
    await feedInAgain();
    await goOn(0.25);
    expect(on()).toEqual(['UsageExpired']);
  });

  it('fires UsageRefusedAtIntake when POST /usage rejects an event', async () => {
    await use(5, { dimension: 'no-such' });
    await goOn(0.25);
    expect(on()).toEqual(['UsageRefusedAtIntake']);
    await goOn(1);
    expect(on()).toEqual([]);
  });

  it('fires BatchesGivenUp when Lambda gives up a batch, which is billed when it is redriven', async () => {
    running.stack.plantFault('aggregate-usage', { kind: 'fail', next: Infinity });
    await use(5);
    await goOn(0.25);
    expect(on()).toEqual(['BatchesGivenUp']);
    running.stack.clearFaults();
    await feedInAgain();
    await goOn(2);
    expect([on(), running.billed(agreement)]).toEqual([[], { events: '5' }]);
  });
});

describe('alarms on events of AWS Marketplace', () => {
  it('fires LicenseEventsDelayed while an event is retried, then LicenseEventsDead until it is removed', async () => {
    running.stack.queue('Subscriptions/Queue').send('not an event');
    for (let tries = 0; tries < 3; tries += 1) {
      await running.settled();
      running.clock.advance(181_000);
    }
    expect(on()).toEqual(['LicenseEventsDelayed']);
    for (let tries = 0; tries < 9; tries += 1) {
      await running.settled();
      running.clock.advance(181_000);
    }
    await goOn(0.5);
    expect(on()).toEqual(['LicenseEventsDead']);
    const dead = running.stack.queue('DeadLetterQueue');
    for (const message of dead.receive(10)) dead.delete(message);
    await goOn(0.5);
    expect(on()).toEqual([]);
  });
});
