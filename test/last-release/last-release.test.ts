import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { readAssembly } from '../../local/stack/assembly';
import type { Buyer } from '../../proofs/actors/buyer';
import { startRunningStack, type RunningStack } from '../../proofs/actors/running-stack';
import { LAST_RELEASE_CONFIGURATION } from '../../proofs/last-release/configuration';
import { unpackRelease } from '../../proofs/last-release/packed-release';
import { toHour } from '../../proofs/simulation/driver/stored-items';
import { anAssembly } from '../flow/an-assembly';
import { Operator } from '../flow/operator';

const { products } = parseSellerConfiguration(LAST_RELEASE_CONFIGURATION);
const productCode = products[0]?.productCode ?? '';

const lastRelease = mkdtempSync(join(tmpdir(), 'last-release-'));
let thisVersion = '';
let running: RunningStack;
let operator: Operator;

beforeAll(async () => {
  unpackRelease(lastRelease);
  thisVersion = await anAssembly(LAST_RELEASE_CONFIGURATION, readAssembly(lastRelease).stackName);
});
afterAll(() => rmSync(lastRelease, { recursive: true }));

beforeEach(async () => {
  const nowMs = Date.parse('2026-07-14T09:20:00Z');
  running = await startRunningStack({ nowMs, products, seed: 1, stack: { assembly: lastRelease } });
  operator = new Operator({ ...running, configuration: LAST_RELEASE_CONFIGURATION });
});
afterEach(async () => {
  operator.leave();
  await running.stop();
});

const update = (...functions: string[]) =>
  running.stack.update({ assembly: thisVersion, ...(functions.length > 0 && { functions }) });
const rollBack = () => running.stack.update({ assembly: lastRelease });

describe('an update from the last release', () => {
  it('bills everything once that was under way: registrations, open, sealed and sent hours', async () => {
    const { marketplace, clock } = running;
    const { buyer, use } = await givenBuyer();
    await use('2.5', 'before');
    await passHour();
    // Sealed, but AWS is too busy for it; and sent, but AWS's answer is lost.
    await use('10.75');
    marketplace.plantFault({ operation: 'BatchMeterUsage', kind: 'throttle', rate: 1 });
    await passHour();
    await use('20', undefined, 'd1');
    marketplace.clearFaults();
    marketplace.plantFault({ operation: 'BatchMeterUsage', kind: 'dropAfterCommit', rate: 1 });
    await passHour();
    await use('3.25');
    const guest = running.subscribe({ productCode });
    await guest.arrive();
    await guest.look();
    await running.settled();
    expect(await hoursOf()).toEqual({ '09': 'billed 2', '10': 'sealed 11', '11 d1': 'sealed 20', '12': 'open' });

    await update();

    marketplace.clearFaults();
    expect(await use('2.5', 'before')).toBe('duplicate');
    await use('1.125');
    await guest.fillIn();
    await running.settled();
    const guestsId = await running.application.subscriptionOf(guest.agreement.accountId);
    await report(guestsId, { id: 'guest', quantity: '4.5', time: new Date(clock.now()).toISOString() });
    await passHour();
    expect(await hoursOf()).toMatchObject({ '10': 'billed 11', '11 d1': 'billed 20', '12': 'billed 4.625' });
    expect(billed(buyer)).toEqual({ d0: '17.625', d1: '20' });
    expect(billed(guest)).toEqual({ d0: '4.5' });
  });

  it('tells of usage that the last release could not bill, whichever function is updated first', async () => {
    const { buyer, use } = await givenBuyer();
    await use('7');
    meterElsewhere(buyer);
    await update('publish-notices');
    await passHour();
    await update();
    await use('8.5');
    meterElsewhere(buyer);
    await passHour();
    const told = running.notices().flatMap((notice) => (notice.kind === 'MeteringRejected' ? [notice] : []));
    expect(told.map(({ reason, quantity, record }) => [reason, quantity, record?.quantity])).toEqual([
      ['conflict', '7', '7'],
      ['conflict', '8.5', '8.5'],
    ]);
  });
});

describe('a rollback to the last release', () => {
  it('bills what the last release can read, lets the rest wait, and loses nothing when this version is back', async () => {
    const { buyer, use } = await givenBuyer();
    await update();
    await use('1.5');
    running.marketplace.plantFault({ operation: 'BatchMeterUsage', kind: 'throttle', rate: 1 });
    await passHour();
    running.marketplace.clearFaults();
    await use('2.25');
    await running.settled();
    expect(await hoursOf()).toEqual({ '09': 'sealed 1.5', '10': 'open' });

    await rollBack();
    await use('4');
    await use('3', undefined, 'd1');
    await passHour();
    // The sealed hour has a quantity that it cannot read, the open one events that it cannot see.
    expect(await hoursOf()).toEqual({ '09': 'sealed 1.5', '10': 'open', '10 d1': 'billed 3' });
    await use('5.5');
    await passHour();
    expect(await hoursOf()).toMatchObject({ '11': 'billed 5' });

    await update();
    await passHour();
    // With what the last release could not bill in whole units.
    expect(await hoursOf()).toMatchObject({ '09': 'billed 1.5', '10': 'billed 6.75', '11': 'billed 5' });
    await use('1');
    await passHour();
    expect(billed(buyer)).toEqual({ d0: '14.25', d1: '3' });
  });

  it('does not bill what the operator holds back', async () => {
    const { buyer, subscriptionId } = await givenBuyer();
    await update();
    // So many that they are tallies, which the last release can read.
    const time = new Date(running.clock.now()).toISOString();
    const many = Array.from({ length: 90 }, (_, n) => ({
      id: `many-${n}`,
      subscriptionId,
      dimension: 'd0',
      quantity: 1,
      time,
    }));
    await running.application.report(many);
    const decided = ['--subscription', subscriptionId, '--reason', 'investigation', '--ticket', 'OPS-7', '--apply'];
    expect(await operator.run('hold', ...decided)).toMatchObject({ exitCode: 0 });
    await passHour();
    await rollBack();
    await passHour();
    await passHour();
    expect(await hoursOf()).toEqual({ '09': 'open' });
    await update();
    expect(await operator.run('release', ...decided)).toMatchObject({ exitCode: 0 });
    await passHour();
    expect(billed(buyer)).toEqual({ d0: '90' });
  });

  it("carries what waited past AWS's window, when it lasted too long", async () => {
    const { buyer } = await givenRollback();
    running.clock.advance(25 * 3_600_000);
    await passHour();
    expect(await hoursOf()).toEqual({ '09': 'open' });
    await update();
    await passHour();
    await passHour();
    expect(await hoursOf()).toMatchObject({ '09': 'carried' });
    expect(billed(buyer)).toEqual({ d0: '2.25' });
  });

  it('loses, and tells, what it cannot read of a subscription that ends meanwhile', async () => {
    const { buyer, use } = await givenRollback();
    await use('4', undefined, 'd1');
    buyer.cancel();
    await passHour();
    await passHour();
    expect(await hoursOf()).toEqual({ '09': 'open', '09 d1': 'billed 4' });
    await update();
    await passHour();
    expect(await hoursOf()).toEqual({ '09': 'expired', '09 d1': 'billed 4' });
    const told = running.notices().flatMap((notice) => (notice.kind === 'MeteringRejected' ? [notice] : []));
    expect(told).toMatchObject([{ outcome: 'expired', reason: 'subscriptionOver', quantity: '2.25' }]);
  });

  it('keeps late usage of an hour that this version has sealed in the failed batches, until it is redriven', async () => {
    const { buyer, use, subscriptionId } = await givenBuyer();
    await update();
    await use('1.5');
    await passHour();
    await rollBack();
    await report(subscriptionId, { id: 'late', quantity: '2', time: '2026-07-14T09:40:00Z' });
    await use('3');
    await running.settled();
    expect(running.stack.bucket('FailedBatches').keys()).toHaveLength(1);
    await update();
    expect(await operator.run('redrive', '--apply')).toMatchObject({ exitCode: 0, errors: '' });
    await passHour();
    expect(billed(buyer)).toEqual({ d0: '6.5' });
  });
});

async function givenBuyer() {
  const buyer = running.subscribe({ productCode });
  const subscriptionId = await running.register(buyer);
  let n = 0;
  const use = async (quantity: string, id = `event-${(n += 1)}`, dimension = 'd0') =>
    report(subscriptionId, { id, dimension, quantity, time: new Date(running.clock.now()).toISOString() });
  return { buyer, subscriptionId, use };
}

/** 2.25 are in an open hour that this version began, and the last release is back. */
async function givenRollback() {
  const given = await givenBuyer();
  await update();
  await given.use('2.25');
  await running.settled();
  await rollBack();
  return given;
}

async function report(subscriptionId: string, event: object): Promise<string | undefined> {
  const [answer] = await running.application.report([{ subscriptionId, dimension: 'd0', ...event }]);
  return answer?.status;
}

async function passHour(): Promise<void> {
  await running.settled();
  await running.stack.runHour();
  await running.settled();
}

/** The state of each hour and what its record asks of AWS: `10` of d0, `10 d1` of another dimension. */
async function hoursOf(): Promise<Record<string, string>> {
  const { client, tables } = running.database;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tables.hourlyUsage, ConsistentRead: true }));
  const hours = Items.filter(({ sk }) => /^[\dT-]{13}#/.test(String(sk))).map(toHour);
  return Object.fromEntries(
    hours.map(({ hour, dimension, state, record }) => [
      dimension === 'd0' ? hour.slice(-2) : `${hour.slice(-2)} ${dimension}`,
      record === undefined ? state : `${state} ${record.quantity}`,
    ]),
  );
}

/** What AWS bills a buyer: dimension → quantity. */
function billed({ agreement }: Buyer): Record<string, string> {
  const totals = running.marketplace.ledgerTotals().filter(({ accountId }) => accountId === agreement.accountId);
  return Object.fromEntries(totals.map(({ dimension, quantity }) => [dimension, quantity]));
}

/** Another system of the seller meters this hour with another quantity. */
function meterElsewhere({ agreement }: Buyer): void {
  const { accountId: CustomerAWSAccountId, licenseArn: LicenseArn } = agreement;
  const Timestamp = running.clock.now() / 1000;
  const record = { CustomerAWSAccountId, LicenseArn, Dimension: 'd0', Quantity: 1, Timestamp };
  running.marketplace.call('BatchMeterUsage', { UsageRecords: [record] });
}
