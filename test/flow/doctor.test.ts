import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../ops/doctor/finding';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { LEGACY_PRODUCT, LICENSE_PRODUCT, PRODUCTS, STORAGE_PRODUCT } from './products';

const HOUR_MS = 3_600_000;

async function findingsOf(operator: Operator): Promise<{ exitCode: number; findings: Finding[] }> {
  const { exitCode, json } = await operator.ask('doctor');
  return { exitCode, findings: json.findings };
}

const open = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status !== 'ok' && status !== 'notChecked');

describe('doctor, of an installation in which all is well', () => {
  const running = useFlow();
  const operator = new Operator(running);
  afterAll(() => operator.leave());

  it('finds everything in order, and says what nobody can check on this machine', async () => {
    await running.stack.runHour();
    const { exitCode, findings } = await findingsOf(operator);
    expect(open(findings)).toEqual([]);
    expect(exitCode).toBe(0);
    const unchecked = findings.filter(({ status }) => status === 'notChecked').map(({ check }) => check);
    expect(unchecked.sort()).toEqual([
      'alarm topic',
      'certificate',
      'clock',
      'concurrency',
      'credentials',
      'queue policies',
      'template',
      'topics of older products',
    ]);
    const listings = findings.filter(({ check }) => check.startsWith('listing '));
    expect(listings.map(({ status }) => status)).toEqual(PRODUCTS.map(() => 'ok'));
  });

  it('says so in 80 columns', async () => {
    const { output } = await operator.run('doctor');
    expect(output).toContain('Nothing needs attention. 8 checks could not be made.');
    expect(output).not.toContain('What to do');
  });

  it('changes nothing: no item of any table', async () => {
    const tables = () =>
      Promise.all(['Subscriptions', 'HourlyUsage', 'Notices', 'UsageEvents'].map((name) => running.stack.items(name)));
    const before = await tables();
    await operator.run('doctor');
    expect(await tables()).toEqual(before);
  });
});

describe('doctor, of an installation with several causes of trouble', () => {
  const listed = PRODUCTS.flatMap((product) => {
    if (product.productCode === STORAGE_PRODUCT) return [];
    if (product.productCode === LEGACY_PRODUCT) return [{ ...product, pricingModel: 'contract' as const }];
    return product.productCode === LICENSE_PRODUCT
      ? [{ ...product, dimensions: product.dimensions.slice(1) }]
      : [product];
  });
  const running = useFlow({ listed, mayFail: true });
  const operator = new Operator(running);
  afterAll(() => operator.leave());
  let findings: Finding[];
  let exitCode: number;

  beforeAll(async () => {
    await running.stack.runHour();
    running.stack.enableSchedule('EveryHour', false);
    // Nobody reads what the queue of licence events gives up.
    running.stack.queue('Subscriptions/DeadLetterQueue').send('{}');
    running.clock.advance(HOUR_MS / 4);
    await running.stack.fireDue();
    await running.settled();
    ({ exitCode, findings } = await findingsOf(operator));
  });

  it('finds exactly these causes', () => {
    expect(exitCode).toBe(1);
    expect(open(findings).map(({ check, status, says }) => `${status} ${check}: ${says}`)).toEqual([
      'failed schedules: Disabled: SaasMeteringEveryHour. Usage is not billed while metering stands still.',
      `failed listing ${LICENSE_PRODUCT}: The listing has no dimension events. AWS refuses the usage.`,
      `failed listing ${LEGACY_PRODUCT}: In the listing events is Entitled and not ExternallyMetered; exports is Entitled and not ExternallyMetered.`,
      `failed listing ${STORAGE_PRODUCT}: The account has no SaaS product with this code. AWS refuses the usage of its buyers.`,
      expect.stringMatching(/^attention alarms: .*LicenseEventsDead.* is on since 2026-07-14 /),
      'failed stuck work: Hours: 0; queues with dead letters: 1; stream batches: 0; endings: 0.',
    ]);
  });

  it('says for each what to do and where to read on', () => {
    for (const finding of open(findings)) {
      expect(finding.todo).toMatch(/\.$/);
      expect(finding.see).toMatch(/^docs\/[a-z]+\.md#[a-z0-9-]+$/);
    }
  });

  it('shows it in 80 columns', async () => {
    const { output } = await operator.run('doctor');
    expect(output).toContain('6 findings need attention.');
    expect(output).toContain('What to do');
  });

  it('compares no listing without the deployed configuration', async () => {
    const other = operator.file(
      'other.json',
      JSON.stringify({ ...running.configuration, support: { email: 'a@b.example' } }),
    );
    const { json } = await operator.ask('doctor', '--config', other);
    const statuses = new Map(json.findings.map(({ check, status }: Finding) => [check, status]));
    expect(statuses.get('configuration')).toBe('failed');
    expect(statuses.get('listings')).toBe('notChecked');
  });
});
