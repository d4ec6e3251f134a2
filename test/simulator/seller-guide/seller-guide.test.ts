import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';
import type { Agreement } from '../../../simulator/rules/state';
import { buy } from '../../../simulator';
import { aProduct } from '../a-marketplace';

/**
 * The four code examples of AWS's seller guide, with Python's SDK and with the AWS CLI. Only the endpoint is changed. If
 * one of the tools is not installed, its tests are skipped with a message.
 */
const EXAMPLES = import.meta.dirname;

function given(tool: string, [command = '', ...parameters]: string[]): typeof describe | typeof describe.skip {
  const { status, error } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status === 0) return describe;
  const found = error?.message ?? `exit code ${status}`;
  process.stderr.write(
    `\nSKIPPED: ${tool} is not installed, so the seller guide's examples with it did not run (${found}).\n`,
  );
  return describe.skip;
}

const withBoto3 = given('boto3', ['python3', '-c', 'import boto3']);
const withAwsCli = given('the AWS CLI', ['aws', '--version']);

let running: RunningMarketplace;
beforeAll(async () => {
  running = await startMarketplace();
  running.marketplace.addProduct(aProduct({ pricingModel: 'contractWithConsumption' }));
});
afterAll(() => running.stop());

const aPurchase = () =>
  buy(running.marketplace, {
    productCode: 'analytics',
    entitlements: [{ dimension: 'storage', value: { IntegerValue: 40 } }],
  });
const billedTo = ({ licenseArn }: Agreement) =>
  running.marketplace.ledger().filter((record) => record.licenseArn === licenseArn);

/** Runs a program with the environment that `npm run marketplace` prints, and parses the JSON it writes. */
async function printed(command: string, parameters: string[]): Promise<unknown> {
  const child = spawn(command, parameters, {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: running.endpoint,
      AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: running.endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${err}`);
  return JSON.parse(out);
}

const ALLOCATIONS = [
  {
    quantity: '7',
    tags: [
      { key: 'BusinessUnit', value: 'IT' },
      { key: 'AccountId', value: expect.any(String) },
    ],
  },
  { quantity: '2', tags: [{ key: 'BusinessUnit', value: 'Finance' }] },
  { quantity: '1', tags: [] },
];

withBoto3("the seller guide's examples in Python", () => {
  const example = (name: string, parameters: string[]) => printed('python3', [join(EXAMPLES, name), ...parameters]);
  let buyers: [Agreement, Agreement];
  let answers: unknown[];

  // In parallel, because the interpreter is slow to start.
  beforeAll(async () => {
    buyers = [aPurchase(), aPurchase()];
    const [first, second] = buyers;
    const { token } = running.marketplace.issueToken(first.agreementId);
    const form = new URLSearchParams({ 'x-amzn-marketplace-token': token });
    answers = await Promise.all([
      example('resolve_customer.py', [form.toString()]),
      example('get_entitlements.py', ['analytics', first.accountId]),
      example('batch_meter_usage.py', [first.accountId, first.licenseArn, 'requests']),
      example('batch_meter_usage_with_tags.py', [second.accountId, second.licenseArn, 'requests']),
    ]);
  });

  it("resolves a customer with the seller guide's Python example", () => {
    const [{ accountId, licenseArn }] = buyers;

    expect(answers[0]).toEqual({ ProductCode: 'analytics', CustomerAWSAccountId: accountId, LicenseArn: licenseArn });
  });

  it("gets entitlements with the seller guide's Python example", () => {
    expect(answers[1]).toEqual([['storage', { IntegerValue: 40 }]]);
  });

  it("meters usage with the seller guide's Python example", () => {
    expect(answers[2]).toEqual(['Success', []]);
    expect(billedTo(buyers[0])).toMatchObject([{ dimension: 'requests', quantity: '15', allocations: [] }]);
  });

  it("meters usage allocations with the seller guide's Python example", () => {
    expect(answers[3]).toEqual(['Success', []]);
    expect(billedTo(buyers[1])).toMatchObject([{ quantity: '10', allocations: ALLOCATIONS }]);
  });
});

withAwsCli("the seller guide's examples with the AWS CLI", () => {
  const cli = (parameters: string[]) => printed('aws', [...parameters, '--output', 'json']);
  const meter = ({ accountId, licenseArn }: Agreement, usage: object) => {
    const Timestamp = new Date(running.clock.now()).toISOString();
    const record = { Timestamp, CustomerAWSAccountId: accountId, LicenseArn: licenseArn, Dimension: 'requests' };
    return cli([
      'meteringmarketplace',
      'batch-meter-usage',
      '--usage-records',
      JSON.stringify([{ ...record, ...usage }]),
    ]);
  };
  let buyers: [Agreement, Agreement];
  let answers: unknown[];

  beforeAll(async () => {
    buyers = [aPurchase(), aPurchase()];
    const [first, second] = buyers;
    const { token } = running.marketplace.issueToken(first.agreementId);
    const filter = `CUSTOMER_AWS_ACCOUNT_ID=${first.accountId}`;
    const tag = (Key: string, Value: string) => ({ Key, Value });
    const UsageAllocations = [
      { AllocatedUsageQuantity: 7, Tags: [tag('BusinessUnit', 'IT'), tag('AccountId', second.accountId)] },
      { AllocatedUsageQuantity: 2, Tags: [tag('BusinessUnit', 'Finance')] },
      { AllocatedUsageQuantity: 1 },
    ];
    answers = await Promise.all([
      cli(['meteringmarketplace', 'resolve-customer', '--registration-token', token]),
      cli(['marketplace-entitlement', 'get-entitlements', '--product-code', 'analytics', '--filter', filter]),
      meter(first, { Quantity: 15 }),
      meter(second, { Quantity: 10, UsageAllocations }),
    ]);
  });

  it('resolves a customer with the AWS CLI', () => {
    expect(answers[0]).toMatchObject({ LicenseArn: buyers[0].licenseArn });
  });

  it('gets entitlements with the AWS CLI', () => {
    expect(answers[1]).toMatchObject({ Entitlements: [{ Value: { IntegerValue: 40 } }] });
  });

  it('meters usage with the AWS CLI', () => {
    expect(answers[2]).toMatchObject({ Results: [{ Status: 'Success' }] });
    expect(billedTo(buyers[0])).toMatchObject([{ quantity: '15' }]);
  });

  it('meters usage allocations with the AWS CLI', () => {
    expect(answers[3]).toMatchObject({ Results: [{ Status: 'Success' }] });
    expect(billedTo(buyers[1])).toMatchObject([{ quantity: '10', allocations: ALLOCATIONS }]);
  });
});
