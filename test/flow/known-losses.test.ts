import { beforeEach, describe, expect, it } from 'vitest';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import { measureUnbilled } from '../../lambdas/meter-usage/measure-unbilled';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { buy, inProcessMeteringClient, Marketplace, type Agreement } from '../../simulator';
import { Alarms } from '../../local/stack/alarms';
import { Metrics } from '../../local/stack/metrics';
import { aWholeProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { RecordingCounters } from '../../proofs/stand-ins/recording-counters';
import { GRACE_MS, UsagePath } from '../functions/usage-path';
import { aTemplate } from '../lib/synthesized';

/**
 * Each test shows one way in which integrations lose money. Usage goes through our verbs; the bill is the ledger of the
 * AWS Marketplace simulator. Other tests cover the losses in other parts: register-subscription.test.ts the registration
 * that overwrites a subscriber, follow-agreement.test.ts events before the registration, and lib/subscriptions.test.ts
 * the retention of the dead-letter queue.
 */
const DIMENSIONS = Array.from({ length: 60 }, (_, n) => `d${n}`);

let marketplace: Marketplace;
let agreement: Agreement;
let path: UsagePath;

beforeEach(() => {
  const dimensions = ['events', ...DIMENSIONS];
  const product = aWholeProduct({ dimensions: dimensions.map((apiName) => ({ apiName, unit: 'unit' })) });
  path = new UsagePath({ product });
  marketplace = new Marketplace({ clock: path.clock });
  marketplace.addProduct({
    productCode: PRODUCT_CODE,
    name: 'Example',
    identityMode: 'license',
    pricingModel: 'subscription',
    dimensions,
  });
  path.clock.set(NOON_MS - 48 * HOUR_MS);
  agreement = buy(marketplace, { productCode: PRODUCT_CODE });
  path.givenSubscription({ customerAWSAccountId: agreement.accountId, licenseArn: agreement.licenseArn });
  path.gateway = new AwsMeteringGateway(inProcessMeteringClient(marketplace));
  path.clock.set(NOON_MS);
});

const usage = (quantity: string, overrides: Parameters<typeof aUsageEvent>[0] = {}) =>
  aUsageEvent({ quantity, ...overrides });

/** Hour of the day → the quantity that AWS bills for it, summed over all dimensions. */
function billed(): Record<string, number> {
  const hours: Record<string, number> = {};
  for (const { hour, quantity } of marketplace.ledger())
    hours[hour.slice(11, 13)] = (hours[hour.slice(11, 13)] ?? 0) + Number(quantity);
  return hours;
}

const afterHours = (hours: number) => NOON_MS + hours * HOUR_MS + GRACE_MS;

describe('a known way to lose money', () => {
  it('timestamp taken at send time: 5 used at 12, sent hours late, 5 billed at 12 and 3 at 17', async () => {
    await path.deliver(usage('5'), usage('3', { timeMs: NOON_MS + 5 * HOUR_MS }));
    await path.meter({ at: afterHours(6) });
    expect(billed()).toEqual({ 12: 5, 17: 3 });
  });

  it('a throttled call marked failed for ever: 5 used, 5 billed by the next run', async () => {
    marketplace.plantFault({ kind: 'throttle', operation: 'BatchMeterUsage', next: 5 });
    await path.deliver(usage('5'));
    await path.meter();
    expect(billed()).toEqual({});
    await path.meter({ at: path.clock.now() + 5 * MINUTE_MS });
    expect(billed()).toEqual({ 12: 5 });
  });

  it('UnprocessedRecords ignored: 60 used in 60 dimensions, some left unprocessed, 60 billed', async () => {
    marketplace.plantFault({ kind: 'unprocessed', operation: 'BatchMeterUsage', next: 3 });
    await path.deliver(...DIMENSIONS.map((dimension) => usage('1', { dimension })));
    await path.meter();
    expect(billed()).toEqual({ 12: 60 });
  });

  it('status not checked: 5 used while the account is suspended, 5 billed when it is back', async () => {
    marketplace.suspendBuyer(agreement.accountId);
    await path.deliver(usage('5'));
    await path.meter();
    expect([billed(), path.hours['2026-03-10T12']]).toEqual([{}, ['sealed', '5']]);
    marketplace.suspendBuyer(agreement.accountId, false);
    await path.meter({ at: afterHours(2) });
    expect([billed(), path.hours['2026-03-10T12']]).toEqual([{ 12: 5 }, ['billed', '5']]);
  });

  it('a timeout taken for a failure: 5 used, committed by AWS without an answer, 5 billed', async () => {
    marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 1 });
    await path.deliver(usage('5'));
    await path.meter();
    expect([billed(), path.hours['2026-03-10T12']]).toEqual([{ 12: 5 }, ['billed', '5']]);
  });

  it('more than 25 dimensions: 60 used in 60, 60 billed in 3 calls', async () => {
    await path.deliver(...DIMENSIONS.map((dimension) => usage('1', { dimension })));
    await path.meter();
    expect(billed()).toEqual({ 12: 60 });
    expect(marketplace.callStatistics('BatchMeterUsage')).toMatchObject({ calls: 3, largestBatch: 25 });
  });

  it('the same dimension twice in one send: 3 and 4 used in one hour, 7 billed', async () => {
    await path.deliver(usage('3'));
    await path.deliver(usage('4'));
    await path.meter();
    expect(billed()).toEqual({ 12: 7 });
  });

  it('numbers stored as strings and concatenated: "1" and "2" used, 3 billed and not 12', async () => {
    const asText = (quantity: string) => ({ ...usageEventItem(usage(quantity), 0), quantity });
    await path.aggregate([path.change(asText('1')), path.change(asText('2'))]);
    await path.meter();
    expect(billed()).toEqual({ 12: 3 });
  });

  it('two runs in one hour: 5 used, 5 billed', async () => {
    await path.deliver(usage('5'));
    await Promise.all([path.meter(), path.meter()]);
    await path.meter();
    expect(billed()).toEqual({ 12: 5 });
  });

  it('redelivery across the full hour: 5 used at 12 and delivered again at 13, 5 billed', async () => {
    const event = usage('5');
    await path.deliver(event);
    await path.meter();
    await path.deliver(event);
    await path.meter({ at: afterHours(2) });
    expect(billed()).toEqual({ 12: 5 });
  });

  it('late usage dropped: 5 used in time and 2 hours late, 7 billed', async () => {
    await path.deliver(usage('5'));
    await path.meter();
    await path.deliver(usage('2', { receivedAtMs: NOON_MS + 3 * HOUR_MS }));
    await path.meter({ at: afterHours(4) });
    expect(Object.values(billed()).reduce((a, b) => a + b)).toBe(7);
  });

  it('fractions rounded away: 0.1 used in each of 25 hours, 2 billed and 0.5 carried', async () => {
    for (let hour = 0; hour < 25; hour += 1) {
      await path.deliver(usage('0.1', { timeMs: NOON_MS + hour * HOUR_MS }));
      await path.meter({ at: afterHours(hour + 1) });
    }
    expect(Object.values(billed()).reduce((a, b) => a + b)).toBe(2);
    expect(path.carried).toBe('0.5');
  });

  it('revoking at once without a last flush: 5 used in the unfinished hour of the end, 5 billed', async () => {
    await path.deliver(usage('5'));
    path.clock.set(NOON_MS + 40 * MINUTE_MS);
    marketplace.endAgreement(agreement.agreementId);
    const endingAt = new Date(path.clock.now()).toISOString();
    path.givenSubscription({
      state: 'ending',
      endingAt,
      customerAWSAccountId: agreement.accountId,
      licenseArn: agreement.licenseArn,
    });
    path.clock.set(NOON_MS + 50 * MINUTE_MS);
    await endSubscription(aSubscriptionId(1), path.meterDeps());
    path.clock.set(NOON_MS + 55 * MINUTE_MS);
    await endSubscription(aSubscriptionId(1), path.meterDeps());
    expect(billed()).toEqual({ 12: 5 });
  });

  it('no alarm: 5 used while metering stands still, an alarm within half an hour, and 5 billed', async () => {
    const alarms = theAlarms();
    await path.deliver(usage('5'));
    path.clock.set(afterHours(1));
    await alarms.run();
    await path.deliver(usage('5', { timeMs: NOON_MS + HOUR_MS }));
    expect(alarms.on()).toEqual([]);
    path.clock.set(afterHours(1) + 31 * MINUTE_MS);
    expect(alarms.on()).toEqual(['MeteringNotRunning']);
    path.clock.set(afterHours(5));
    await alarms.run();
    expect([alarms.on(), billed()]).toEqual([[], { 12: 5, 13: 5 }]);
  });
});

/** The template's alarms on the metrics of metering. */
function theAlarms() {
  const metrics = new Metrics();
  const namespace = 'MarketplaceSaas/Saas';
  const resources = aTemplate().findResources('AWS::CloudWatch::Alarm', { Properties: { Namespace: namespace } });
  const dimensions = { service: 'meter-usage' };
  const watched = Object.entries(resources).filter(
    ([, { Properties }]) => Properties.Dimensions[0].Value === dimensions.service,
  );
  const alarms = new Alarms(
    watched.map(([id, { Properties }]) => ({
      name: /Alarms(\w+)[0-9A-F]{8}$/.exec(id)?.[1] ?? id,
      properties: Properties,
    })),
    { metrics, now: () => path.clock.now() },
  );
  return {
    on: () =>
      alarms
        .list()
        .filter(({ state }) => state === 'ALARM')
        .map(({ name }) => name),
    run: async () => {
      const counters = new RecordingCounters();
      await path.meter({ at: path.clock.now(), counters });
      await measureUnbilled({ ...path.meterDeps(), counters });
      for (const [name, value] of Object.entries(counters.counts))
        metrics.put({ namespace, name, dimensions, value, atMs: path.clock.now() });
    },
  };
}
