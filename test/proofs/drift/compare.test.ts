import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readFacts, type AwsFacts } from '../../../proofs/drift/aws-facts';
import { ClientPackage } from '../../../proofs/drift/client-package';
import { compare, type Sources } from '../../../proofs/drift/compare';
import { report } from '../../../proofs/drift/report';
import { ServiceModel } from '../../../proofs/drift/service-model';

const folder = mkdtempSync(join(tmpdir(), 'drift-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const QUANTITY = { type: 'integer', max: 9 };
const FACTS: AwsFacts = {
  ...readFacts(),
  model: { known: 'documented', botocore: '1.44.8', date: '2026-11-20' },
  services: {
    metering: { apiVersion: '2016-01-14', targetPrefix: 'Service', jsonVersion: '1.1', protocols: ['json'] },
  },
  operations: {
    BatchMeterUsage: {
      service: 'metering',
      inputShape: 'Request',
      outputShape: 'Result',
      errors: ['InvalidTagException'],
      input: { Quantity: QUANTITY, Old: { type: 'string' } },
      output: { Status: { type: 'string', values: ['Success'] } },
    },
  },
  clients: {
    client: {
      known: 'measured',
      version: '1.0.0',
      operations: ['BatchMeterUsage'],
      lacks: ['BatchMeterUsage.input.Old'],
    },
  },
};

/** The model of the facts, with changes. */
function aModel({
  max = 9,
  members = {},
  errors = ['InvalidTagException'],
  statuses = ['Success'],
  apiVersion = '2016-01-14',
} = {}) {
  return new ServiceModel('metering', {
    metadata: { ...FACTS.services.metering, apiVersion },
    operations: {
      BatchMeterUsage: {
        input: { shape: 'Request' },
        output: { shape: 'Result' },
        errors: errors.map((shape) => ({ shape })),
      },
    },
    shapes: {
      Request: { type: 'structure', members: { Quantity: { shape: 'Quantity' }, Old: { shape: 'Text' }, ...members } },
      Result: { type: 'structure', members: { Status: { shape: 'Status' } } },
      Quantity: { type: 'integer', max },
      Text: { type: 'string' },
      Status: { type: 'string', enum: statuses },
    },
  });
}

/** A package whose request has these members. */
function aClient(members: string[]): ClientPackage {
  const home = mkdtempSync(join(folder, 'client-'));
  mkdirSync(join(home, 'dist-types', 'models'), { recursive: true });
  writeFileSync(join(home, 'package.json'), '{"version":"1.1.0"}');
  const declarations = `export interface Request { ${members.map((name) => `${name}?: string | undefined;`).join(' ')} }
export interface Result { Status?: Status | undefined; }`;
  writeFileSync(join(home, 'dist-types', 'models', 'models_0.d.ts'), declarations);
  return new ClientPackage(home);
}

const sources = ({ model = aModel(), client = aClient(['Quantity']) } = {}): Sources => ({
  botocore: async () => ({ release: { version: '1.45.0', date: '2026-12-01' }, model: () => model }),
  client: async () => client,
});
const differences = async (changed: Parameters<typeof sources>[0]) =>
  (await compare(FACTS, sources(changed))).differences.map(({ fact, what }) => `${fact} ${what}`);

it('finds no difference in a newer release that says the same', async () => {
  const found = await compare(FACTS, sources());

  expect(found).toMatchObject({ compared: ['botocore 1.45.0 of 2026-12-01', 'client 1.1.0'], differences: [] });
  expect(found.facts.model).toMatchObject({ botocore: '1.45.0', date: '2026-12-01' });
});

it.each([
  [
    'a changed limit',
    { max: 10 },
    'BatchMeterUsage.input.Quantity was {"type":"integer","max":9} and is {"type":"integer","max":10}',
  ],
  ['a new member', { members: { New: { shape: 'Text' } } }, 'BatchMeterUsage.input.New is new: {"type":"string"}'],
  [
    'a new error',
    { errors: ['InvalidTagException', 'NewException'] },
    'BatchMeterUsage.errors has the new value NewException',
  ],
  ['a lost error', { errors: [] }, 'BatchMeterUsage.errors no longer has InvalidTagException'],
  ['a new status', { statuses: ['Success', 'Late'] }, 'BatchMeterUsage.output.Status has the new value Late'],
])('finds %s', async (_, change, difference) => {
  expect(await differences({ model: aModel(change) })).toEqual([difference]);
});

it('finds a newer version of the API', async () => {
  expect(await differences({ model: aModel({ apiVersion: '2027-01-01' }) })).toEqual([
    expect.stringMatching(/^service metering was .*2016-01-14.* and is .*2027-01-01/),
  ]);
});

it('finds what a client has learned and what it has forgotten', async () => {
  expect(await differences({ client: aClient(['Old']) })).toEqual([
    'BatchMeterUsage.input.Old is known to client 1.1.0; 1.0.0 lacks it',
    'BatchMeterUsage.input.Quantity is unknown to client 1.1.0; 1.0.0 knows it',
  ]);
});

it('keeps the facts of a source that it cannot reach, and says so', async () => {
  const offline: Sources = {
    botocore: async () => Promise.reject(new Error('pip is missing\nadvice')),
    client: async () => Promise.reject(new Error('npm is missing')),
  };
  const found = await compare(FACTS, offline);

  expect(found).toMatchObject({
    compared: [],
    notCompared: ['the service models of metering (botocore). pip is missing', 'client. npm is missing'],
    differences: [],
    facts: FACTS,
  });
  expect(report(found, FACTS)).toContain('Nothing was compared.');
});

it('reports every difference with the files that it concerns, within 80 columns', async () => {
  const found = await compare(FACTS, sources({ model: aModel({ max: 10, errors: [] }) }));
  const text = report(found, FACTS);

  expect(text).toContain('2 differences:');
  expect(text).toMatch(
    /- BatchMeterUsage\.errors no longer has InvalidTagException\n {4}lambdas\/shared\/marketplace\/aws-errors\.ts/,
  );
  expect(text).toMatch(/BatchMeterUsage\.input\.Quantity[\s\S]*?simulator\/operations\/usage-record\.ts/);
  expect(text).toContain('The bodies of the Spend Threshold events. (inferred)');
  const tooLong = text.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '));
  expect(tooLong).toEqual([]);
});
