import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../local/stack/until';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import type { StartMarketplaceOptions } from '../../../simulator/options';
import { epochSeconds } from '../a-marketplace';

const NOW = '2026-11-15T12:30:00Z';
const HOUR = 3_600_000;
const START = {
  clock: NOW,
  clockStands: true,
  products: [
    {
      productCode: 'analytics',
      name: 'Analytics',
      dimensions: ['requests', 'seats'],
      pricingModel: 'contractWithConsumption' as const,
    },
    { productCode: 'classic', name: 'Classic', dimensions: ['requests'], identityMode: 'legacy' as const },
  ],
  agreements: [{ productCode: 'analytics', accountId: '111122223333', acceptedDaysAgo: 10 }],
};

let folder: string;
let stateFile: string;
let running: RunningMarketplace;
const failures: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  stateFile = join(folder, 'state.json');
  failures.length = 0;
});
afterEach(async () => {
  // What a test has stopped itself, or could not start, is not stopped again.
  await running.stop().catch(() => undefined);
  rmSync(folder, { recursive: true });
});

async function start(more: StartMarketplaceOptions = {}): Promise<RunningMarketplace> {
  running = await startMarketplace({
    stateFile,
    start: START,
    onFailure: (message) => void failures.push(message),
    ...more,
  });
  return running;
}
async function restart(more: StartMarketplaceOptions = {}): Promise<RunningMarketplace> {
  await running.stop();
  return start(more);
}
const meter = (hoursAgo: number, members: object = { Quantity: 5 }) => {
  const [agreement] = running.marketplace.agreements();
  const record = {
    Timestamp: epochSeconds(NOW) - hoursAgo * 3600,
    CustomerAWSAccountId: agreement?.accountId,
    LicenseArn: agreement?.licenseArn,
    Dimension: 'requests',
    ...members,
  };
  return running.marketplace.call('BatchMeterUsage', { UsageRecords: [record] }).kind;
};
const inFile = () => readFileSync(stateFile, 'utf8');

/** Does everything that leaves a trace. */
function use({ marketplace, clock }: RunningMarketplace): void {
  const partner = { channelPartnerAccountId: '999900001111', buyerAccountId: '444455556666' };
  marketplace.addBuyer({ accountId: '444455556666', name: 'Other' });
  const offer = marketplace.addOffer({
    productCode: 'analytics',
    name: 'Private',
    startsAtMs: clock.now() + HOUR,
    ...partner,
  });
  const trial = marketplace.freeTrialOffer('classic').offerId;
  const entitlements = [{ dimension: 'seats', value: { IntegerValue: 5 } }];
  const [first] = marketplace.agreements();
  marketplace.subscribe({
    accountId: '444455556666',
    offerId: offer.offerId,
    entitlements,
    endsAtMs: clock.now() + 99 * HOUR,
    autoRenew: true,
  });
  const legacy = marketplace.subscribe({ accountId: '444455556666', offerId: trial });
  const allocations = [{ AllocatedUsageQuantityAsDecimal: '0.3', Tags: [{ Key: 'team', Value: 'x' }] }];
  meter(2);
  meter(1, { QuantityAsDecimal: '0.3', UsageAllocations: allocations });
  meter(1, { Dimension: 'unknown' });
  marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 1 });
  meter(3);
  marketplace.plantFault({ kind: 'unprocessed', operation: 'BatchMeterUsage', rate: 0.5, fraction: 0.25 });
  marketplace.issueToken(first?.agreementId ?? '');
  marketplace.renew(first?.agreementId ?? '', { newLicense: true });
  marketplace.suspendBuyer('444455556666');
  marketplace.setDelivery({ duplicate: 0.5, reorder: 1 });
  marketplace.endAgreement(legacy.agreementId);
  marketplace.setDelivery({ delayNextSeconds: 600 });
  marketplace.announce(marketplace.agreements().at(-1)?.agreementId ?? '', 'advisoryIssued');
}

describe('a simulator with a state file', () => {
  it('knows after a restart everything that it knew, and goes on as if there had been none', async () => {
    use(await start());
    const before = running.marketplace.snapshot();
    const text = JSON.stringify(before);
    await restart();

    expect(running.isContinued).toBe(true);
    expect(running.marketplace.snapshot()).toEqual(JSON.parse(text));
    expect([before.held.length > 1, before.tokens.length, before.billed.length, before.faults.length]).toEqual([
      true,
      1,
      3,
      1,
    ]);

    // The same as a simulator that went on: ids, faults and the order of events come from the same numbers.
    const after = () => {
      running.clock.advance(2 * HOUR);
      meter(4);
      running.marketplace.addBuyer();
      return running.marketplace.snapshot();
    };
    const restarted = after();
    await running.stop();
    stateFile = join(folder, 'uninterrupted.json');
    use(await start());
    expect(restarted).toEqual(JSON.parse(JSON.stringify(after())));
  });

  it('gives a sent record its first answer again, and counts an hour once', async () => {
    await start();
    meter(2);
    const [first] = running.marketplace.ledger();
    await restart();
    meter(2);

    expect(running.marketplace.ledger()).toEqual([first]);
  });

  it('resolves a token that it issued before', async () => {
    await start();
    const [agreement] = running.marketplace.agreements();
    const { token } = running.marketplace.issueToken(agreement?.agreementId ?? '');
    await restart();

    expect(running.marketplace.call('ResolveCustomer', { RegistrationToken: token })).toMatchObject({
      kind: 'answered',
      output: { LicenseArn: agreement?.licenseArn },
    });
  });

  it('keeps its time: a clock that stands stands still, one that runs has run on', async () => {
    await start();
    running.clock.advance(HOUR);
    const standing = running.clock.now();
    await restart();
    expect([running.clock.runs, running.clock.now()]).toEqual([false, standing]);
    await running.stop();

    stateFile = join(folder, 'running.json');
    await start({ start: { ...START, clockStands: false } });
    const saved = running.clock.saved();
    await restart({ start: { ...START, clockStands: false, clock: 0 } });
    expect([saved.runs, running.clock.saved()]).toEqual([true, saved]);
  });

  it('keeps where it sends events and buyers, unless it is told anew', async () => {
    await start({ registrationUrl: 'http://127.0.0.1:1/register' });
    running.setEventBridgeEndpoint('http://127.0.0.1:9');
    await restart();
    expect(running.settings).toEqual({
      registrationUrl: 'http://127.0.0.1:1/register',
      eventBridgeEndpoint: 'http://127.0.0.1:9',
    });
    await restart({ registrationUrl: 'http://127.0.0.1:2/register' });
    expect(running.settings.registrationUrl).toBe('http://127.0.0.1:2/register');
  });

  it('writes what requests, calls and the clock change while it runs', async () => {
    await start();
    const written = (what: string) => until(`${what} is in the state file`, () => inFile().includes(what));
    const json = { 'content-type': 'application/json' };
    await fetch(`${running.endpoint}/_marketplace/buyers`, {
      method: 'POST',
      headers: json,
      body: '{"accountId":"777788889999"}',
    });
    await written('777788889999');
    meter(2);
    await written(running.marketplace.ledger()[0]?.meteringRecordId ?? 'none');
    running.clock.set(Date.parse('2030-01-01T00:00:00Z'));
    await written(String(Date.parse('2030-01-01T00:00:00Z')));

    // The file is always whole: nothing half-written lies beside it.
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('says so when the file cannot be written, and does not begin', async () => {
    stateFile = join(folder, 'none', 'state.json');
    await expect(start()).rejects.toThrow(/^The state cannot be written to .*state\.json: .*Check the folder/);
  });

  it('leaves a file alone that another program has written meanwhile', async () => {
    const first = await start();
    writeFileSync(stateFile, 'mine');
    meter(2);
    await until('the file is found changed', () => failures.length > 0);

    expect(failures[0]).toContain('was written by another program, so it is left as it is');
    await expect(first.stop()).rejects.toThrow('was written by another program');
    expect(inFile()).toBe('mine');
  });
});

describe('a state file is refused and left as it is when it', () => {
  const change = (edit: (file: { version: number; state: { marketplace: Record<string, unknown[]> } }) => void) => {
    const file = JSON.parse(inFile());
    edit(file);
    return JSON.stringify(file);
  };

  it.each<[string, () => string, RegExp]>([
    ['is cut off', () => inFile().slice(0, -20), /cannot be read as a state file/],
    ['is empty', () => '', /cannot be read as a state file/],
    ['is another program’s', () => '{"products":[]}', /is not a state file of the simulator/],
    ['is of another release', () => change((file) => (file.version = 2)), /has version 2 .*reads version 1/],
    [
      'lacks a field',
      () => change(({ state }) => delete state.marketplace.billed),
      /is damaged at marketplace\.billed\./,
    ],
    ['has a field too many', () => change(({ state }) => (state.marketplace.more = [])), /is damaged at marketplace\./],
    [
      'names what is not there',
      () => change(({ state }) => (state.marketplace.buyers = [])),
      /is damaged: There is no buyer/,
    ],
  ])('%s', async (_name, content, message) => {
    await start();
    await running.stop();
    const text = content();
    writeFileSync(stateFile, text);

    const refused = start();
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow('It is left as it is. Name another state file, or move state.json away');
    expect([inFile(), existsSync(`${stateFile}.tmp`)]).toEqual([text, false]);
  });
});
