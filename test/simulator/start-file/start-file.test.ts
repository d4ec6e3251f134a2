import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import { readStartFile } from '../../../simulator/start-file/read-start';
import type { StartInput } from '../../../simulator/start-file/start-schema';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const file = join(folder, 'start.json');
afterAll(() => rmSync(folder, { recursive: true }));

let running: RunningMarketplace | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

const PRODUCT = { productCode: 'analytics', name: 'Analytics', dimensions: ['requests', 'seats'] };
const NOW = '2026-11-15T12:30:00Z';
const DAY = 86_400_000;

async function started(start: Partial<StartInput>): Promise<RunningMarketplace> {
  running = await startMarketplace({ start: { clock: NOW, clockStands: true, products: [PRODUCT], ...start } });
  return running;
}

describe('a start', () => {
  it('has products, suspended buyers, agreements and faults', async () => {
    const { marketplace } = await started({
      buyers: [
        { accountId: '111122223333', name: 'Acme' },
        { accountId: '444455556666', suspended: true },
      ],
      agreements: [{ productCode: 'analytics', accountId: '111122223333' }, { productCode: 'analytics' }],
      faults: [{ kind: 'throttle', next: 2 }],
    });

    expect(marketplace.products()).toMatchObject([
      { ...PRODUCT, identityMode: 'license', pricingModel: 'subscription' },
    ]);
    expect(marketplace.buyers().map(({ name, suspended }) => [name, suspended])).toEqual([
      ['Acme', false],
      ['Buyer 2', true],
      ['Buyer 3', false],
    ]);
    expect(marketplace.agreements()).toMatchObject([{ accountId: '111122223333' }, { status: 'ACTIVE' }]);
    expect(marketplace.faults()).toEqual([{ kind: 'throttle', next: 2 }]);
  });

  it('has agreements with entitlements, a free trial, and an end that comes', async () => {
    const entitlements = [{ dimension: 'seats', value: { IntegerValue: 5 } }];
    const { marketplace, clock } = await started({
      products: [{ ...PRODUCT, pricingModel: 'contract' }],
      agreements: [
        { productCode: 'analytics', entitlements, endsInDays: 2 },
        { productCode: 'analytics', freeTrial: true, trialEndsAt: '2026-11-20T00:00:00Z' },
        { productCode: 'analytics', startsAt: '2026-12-01T00:00:00Z' },
      ],
    });

    const [contract, trial, later] = marketplace.agreements();
    expect(contract).toMatchObject({ entitlements, endsAtMs: Date.parse(NOW) + 2 * DAY });
    expect(trial).toMatchObject({ freeTrial: true, trialEndsAtMs: Date.parse('2026-11-20T00:00:00Z') });
    expect(later).toMatchObject({ startsAtMs: Date.parse('2026-12-01T00:00:00Z'), status: 'ACTIVE' });
    expect(later?.activatedAtMs).toBeUndefined();
    clock.advance(3 * DAY);
    expect(contract?.status).toBe('EXPIRED');
  });

  it('has agreements accepted days ago, which take usage of these days, in the order of their acceptance', async () => {
    const { marketplace, clock } = await started({
      agreements: [
        { productCode: 'analytics', accountId: '111122223333', acceptedDaysAgo: 1 },
        { productCode: 'analytics', accountId: '444455556666', acceptedDaysAgo: 3 },
      ],
    });

    expect(new Date(clock.now()).toISOString()).toBe('2026-11-15T12:30:00.000Z');
    expect(marketplace.agreements().map(({ accountId, activatedAtMs }) => [accountId, activatedAtMs])).toEqual([
      ['444455556666', Date.parse(NOW) - 3 * DAY],
      ['111122223333', Date.parse(NOW) - DAY],
    ]);
  });

  it('gives the same ids for the same seed, and others for another', async () => {
    const ids = async (seed?: number) => {
      const { marketplace, stop } = await started({ seed, agreements: [{ productCode: 'analytics' }] });
      await stop();
      return marketplace.agreements().map(({ licenseArn }) => licenseArn);
    };

    expect(await ids(7)).toEqual(await ids(7));
    expect(await ids(7)).not.toEqual(await ids(8));
    expect(await ids()).toEqual(await ids(1));
  });

  it('decides the clock, the tokens, what AWS makes of calls and how events are delivered', async () => {
    const { marketplace, clock, settings } = await started({
      registrationUrl: 'http://127.0.0.1:3000/register',
      tokenLifetimeSeconds: 60,
      decimals: 'unknown',
      productCodeWithLicense: 'refused',
      eventLicenseArn: 'slash',
      delivery: { duplicate: 1 },
      agreements: [{ productCode: 'analytics' }],
    });

    const [{ agreementId } = { agreementId: '' }] = marketplace.agreements();
    expect(marketplace.issueToken(agreementId).expiresAtMs).toBe(clock.now() + 60_000);
    expect(clock.runs).toBe(false);
    expect([marketplace.decimals(), marketplace.productCodeWithLicense()]).toEqual(['unknown', 'refused']);
    expect([marketplace.eventLicenseArn(), settings.registrationUrl]).toEqual([
      'slash',
      'http://127.0.0.1:3000/register',
    ]);
    // The settings apply after the start: its own events are not held.
    expect(marketplace.delivery()).toMatchObject({ duplicate: 1, held: 0 });
  });

  it.each([
    [
      { agreements: [{ productCode: 'other' }] },
      'Correct agreements[0] of the start: There is no product other. Known: analytics.',
    ],
    [
      {
        agreements: [
          { productCode: 'analytics' },
          { productCode: 'analytics', entitlements: [{ dimension: 'x', value: { IntegerValue: 1 } }] },
        ],
      },
      'Correct agreements[1] of the start: Product analytics has no dimension x.',
    ],
    [{ products: [PRODUCT, PRODUCT] }, 'Correct products[1] of the start: Product analytics already exists.'],
    [
      { buyers: [{ accountId: '111122223333' }, { accountId: '111122223333' }] },
      'Correct buyers[1] of the start: Buyer 111122223333 already exists.',
    ],
  ])('whose parts do not fit together is refused: %j', async (start, message) => {
    await expect(started(start)).rejects.toThrow(message);
  });
});

describe('a wrong start file', () => {
  function problemsOf(content: unknown): string[] {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    try {
      readStartFile(file);
    } catch (error) {
      return String(error).split('\n');
    }
    return [];
  }
  const one = (change: object) => problemsOf({ products: [PRODUCT], ...change })[1];

  it.each<[object, string]>([
    [{ sed: 1 }, '- the input: it has no field "sed". Its fields are "$schema", "seed", "clock",'],
    [{ seed: 'x' }, '- seed: found "x"; give a number.'],
    [{ seed: 1.5 }, '- seed: found 1.5; give a whole number.'],
    [{ clock: 'noon' }, '- clock: found "noon"; give a time such as "2026-11-30T23:00:00Z"'],
    [{ products: [] }, '- products: found []; give at least 1 item(s).'],
    [{ products: undefined }, '- products: found nothing; give a list, […].'],
    [
      { products: [{ ...PRODUCT, dimensions: [{ apiName: 'x' }] }] },
      '- products[0].dimensions[0]: found {"apiName":"x"}; give text.',
    ],
    [{ buyers: [{ accountId: '12' }] }, '- buyers[0].accountId: found "12"; give an AWS account id of twelve digits.'],
    [{ decimals: 'maybe' }, '- decimals: found "maybe"; give known or unknown or refused.'],
    [
      { registrationUrl: 'here' },
      '- registrationUrl: found "here"; give a URL such as "http://127.0.0.1:3000/register".',
    ],
    [
      {
        agreements: [
          { productCode: 'analytics', entitlements: [{ dimension: 'seats', value: { IntegerValue: '5' } }] },
        ],
      },
      '- agreements[0].entitlements[0].value: found {"IntegerValue":"5"}; give one of {"IntegerValue":5}, ',
    ],
    [
      { agreements: [{ productCode: 'analytics', endsAt: 1, endsInDays: 1 }] },
      '- agreements[0]: found {"productCode":"analytics","endsAt":1,"endsInDays":1}; give either endsAt or endsInDays.',
    ],
    [{ faults: [{ kind: 'throttle' }] }, '- faults[0]: found {"kind":"throttle"}; give either next or rate.'],
    [{ faults: [{ kind: 'flood', next: 1 }] }, '- faults[0].kind: found "flood"; give throttle or disabledApi or '],
  ])('is explained by the field, what was found and what is allowed: %j', (change, problem) => {
    expect(one(change)).toContain(problem);
  });

  it('never shows the text of the validator or of the parser', () => {
    const texts = [problemsOf('{,}'), problemsOf([]), problemsOf('7'), problemsOf({ products: 'x' })].flat().join('\n');
    expect(texts).toContain('start.json is not JSON: a comma, a quote or a bracket');
    expect(texts).not.toMatch(/invalid|expected|received|unrecognized|token|zod/i);
  });

  it('is named when it is missing', () => {
    expect(() => readStartFile(join(folder, 'none.json'))).toThrow(
      /^There is no start file at .*none\.json\. Name one with --start-file\.$/,
    );
  });
});
