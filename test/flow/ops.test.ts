import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import type { Agreement } from '../../simulator';
import { anAgreementEvent } from '../builders/an-agreement-event';
import { aCloudTrailEvent } from '../builders/a-cloud-trail-event';
import { aUsageEvent } from '../builders/a-usage-event';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { STORAGE_PRODUCT } from './products';

const running = useFlow({ mayFail: true });
const operator = new Operator(running);
let id: string;

/** A buyer who used 3.5 events, on time and late, and whose gigabytes AWS refuses. */
beforeAll(async () => {
  const agreement = running.subscribe(STORAGE_PRODUCT);
  id = await running.register(agreement);
  await running.report([{ id: '1', subscriptionId: id, quantity: '2.5', tags: { Department: 'legal' } }]);
  await running.stack.runHour();
  await running.report([{ id: 'late', subscriptionId: id, quantity: 1, time: '2026-07-14T09:30:00Z' }]);
  await running.stack.runHour();
  running.marketplace.suspendBuyer(agreement.accountId);
  await running.report([{ id: '2', subscriptionId: id, dimension: 'gigabytes', quantity: 4 }]);
  await running.stack.runHour();
});

afterAll(() => operator.leave());

describe('the reading commands', () => {
  it('list subscriptions by state and account', async () => {
    const { exitCode, json } = await operator.ask('subscriptions', '--state', 'active');
    expect(exitCode).toBe(0);
    expect(json.subscriptions).toMatchObject([{ subscriptionId: id, productCode: STORAGE_PRODUCT, state: 'active' }]);
    expect((await operator.ask('subscriptions', '--state', 'ended')).json.subscriptions).toEqual([]);
    const { customerAWSAccountId } = json.subscriptions[0];
    const ofAccount = await operator.ask('subscriptions', '--account', customerAWSAccountId);
    expect(ofAccount.json.subscriptions).toEqual(json.subscriptions);
  });

  it('show a whole subscription without personal data', async () => {
    const { json } = await operator.ask('subscription', id);
    expect(json).toMatchObject({
      subscription: { subscriptionId: id, licenseArn: expect.stringContaining('l-') },
      balances: [{ dimension: 'events', amount: '0.5' }],
      setAside: 0,
      lastOutcomes: [
        { dimension: 'gigabytes', state: 'sealed', lastAnswer: 'notSubscribed' },
        { hour: '2026-07-14T10', state: 'billed', quantity: '1' },
        { hour: '2026-07-14T09', state: 'billed', quantity: '2' },
      ],
    });
    const { output } = await operator.run('subscription', id);
    expect(output).toContain('Last outcomes');
    expect(output + JSON.stringify(json)).not.toMatch(/buyer@gmail|Bea Buyer/);
  });

  it('show what is carried over, and bill nothing below a step of its form', async () => {
    const { json } = await operator.ask('balances');
    expect(json.balances).toMatchObject([{ subscriptionId: id, amount: '0.5', form: 'whole', outcome: 'tooSmall' }]);
    expect((await operator.ask('balances', '--bill')).json).toEqual({ applied: false, balances: [] });
    expect(await operator.run('balances', '--apply')).toMatchObject({ exitCode: 2 });
  });

  it('show every unit of every hour in exactly one term', async () => {
    const { exitCode, json } = await operator.ask('hours', id, '--month', '2026-07');
    expect(exitCode).toBe(0);
    expect(json.hours).toMatchObject([
      { hour: '2026-07-14T09', used: '2.5', carriedOut: '0.5', quantity: '2', state: 'billed' },
      { hour: '2026-07-14T10', used: '1', carriedIn: '0.5', carriedOut: '0.5', quantity: '1' },
      { hour: '2026-07-14T11', dimension: 'gigabytes', used: '4', state: 'sealed' },
    ]);
    expect(json.totals).toMatchObject([
      { dimension: 'events', used: '3.5', billed: '3', carried: '0.5', balance: '0.5', exact: true },
      { dimension: 'gigabytes', used: '4', sealed: '4', billed: '0', exact: true },
    ]);
    expect((await operator.ask('hours', id)).json.totals).toEqual(json.totals);
    expect((await operator.ask('hours', id, '--month', '2026-06')).json.hours).toEqual([]);
    expect((await operator.run('hours', id)).output).toContain('used = the sum');
  });

  it('explain why an hour was billed, and which usage was late', async () => {
    const { exitCode, json } = await operator.ask('explain', id, 'events', '2026-07-14T10');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      record: { quantity: '1', dimension: 'events' },
      events: [{ key: '#late', quantity: '1', usedAt: '2026-07-14T09:30:00.000Z', walkedFrom: '2026-07-14T09' }],
      talliesFound: [{ events: [{ key: '#late', quantity: '1' }] }],
      problems: [],
    });
    expect(json).toMatchObject({
      carriedFrom: [{ hour: '2026-07-14T09', quantity: '0.5', events: [{ key: '#1', quantity: '2.5' }] }],
    });
    const { output } = await operator.run('explain', id, 'events', '2026-07-14T09:00:00Z');
    expect(output).toMatch(/^On 14 July 2026 between 09:00 and 10:00 UTC you used 2\.5 events\./);
    expect(output).toContain('Department=legal');
    expect((await operator.run('explain', id, 'events', '2026-07-14T10')).output).toContain(
      '0.5 of 2026-07-14T09 (UTC), which has 1 event:',
    );
  });

  it('find stuck hours with their reasons', async () => {
    const { exitCode, json } = await operator.ask('stuck', '--older-than', '1');
    expect(json.hours).toEqual([]);
    expect(exitCode).toBe(0);
    running.clock.advance(50 * 60_000);
    const later = await operator.ask('stuck');
    expect(later.exitCode).toBe(1);
    expect(later.json).toMatchObject({
      hours: [{ subscriptionId: id, dimension: 'gigabytes', state: 'sealed', reason: 'notSubscribed' }],
      queues: [{ messages: 0 }, { messages: 0 }, { messages: 0 }],
      failedBatches: [],
      endings: [],
    });
  });

  it('find rejected hours', async () => {
    expect((await operator.ask('rejected')).exitCode).toBe(0);
    running.clock.advance(26 * 3_600_000);
    await running.stack.fire('CatchUp');
    const { exitCode, json } = await operator.ask('rejected');
    expect(exitCode).toBe(1);
    expect(json.hours).toMatchObject([
      { subscriptionId: id, dimension: 'gigabytes', state: 'rejected', units: '4', lastReason: 'notSubscribed' },
    ]);
    expect((await operator.ask('rejected', '--since', '2026-07-20')).json.hours).toEqual([]);
    expect((await operator.ask('rejected', '--scan')).json.hours).toEqual(json.hours);
  });

  it('say that a subscription does not exist', async () => {
    const { exitCode, errors } = await operator.run('hours', 's-unknown');
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('has no subscription s-unknown')]);
  });
});

describe('the changing commands', () => {
  let agreement: Agreement;
  let buyerId: string;

  beforeAll(async () => {
    agreement = running.subscribe(STORAGE_PRODUCT);
    buyerId = await running.register(agreement);
  });

  /** A batch that Lambda gave up, with an event that the stream no longer holds. */
  async function givenFailedBatch(key: string, quantity: string): Promise<void> {
    const timeMs = running.clock.now();
    const event = aUsageEvent({ subscriptionId: buyerId, quantity, timeMs });
    const dynamodb = { SequenceNumber: '1', NewImage: marshall(usageEventItem(event, 1)) };
    const { physicalName } = running.stack.status().functions.find(({ name }) => name.endsWith('AggregateUsage')) ?? {};
    const document = {
      requestContext: {
        functionArn: `arn:aws:lambda:us-east-1:0:function:${physicalName}`,
        condition: 'RecordAgeExhausted',
      },
      DDBStreamBatchInfo: { batchSize: 1 },
      payload: JSON.stringify({ Records: [{ eventName: 'INSERT', dynamodb }] }),
    };
    await running.stack.bucket('FailedBatches').put(key, JSON.stringify(document));
  }

  it('redrive failed batches and dead letters', async () => {
    await givenFailedBatch('aws/lambda/1', '3');
    await running.stack.bucket('FailedBatches').put('aws/lambda/2', 'nothing of Lambda’s');
    running.stack.queue('DeadLetterQueue').send(JSON.stringify(anAgreementEvent()));
    const before = await operator.ask('stuck', '--older-than', '100000');
    expect(before.exitCode).toBe(1);
    expect(before.json.failedBatches).toMatchObject([
      { function: 'aggregate-usage', records: 1 },
      { function: 'unreadable' },
    ]);

    const batches = (first: string) => [
      { key: 'aws/lambda/1', function: 'aggregate-usage', result: first },
      { key: 'aws/lambda/2', result: 'unreadable' },
    ];
    const pretended = await operator.ask('redrive');
    expect(pretended.json).toMatchObject({ batches: batches('toDo'), queues: [{ messages: 1, result: 'toDo' }] });
    const done = await operator.ask('redrive', '--apply');
    expect(done.exitCode).toBe(1);
    expect(done.json).toMatchObject({ batches: batches('done'), queues: [{ result: 'done' }] });
    expect(running.stack.bucket('FailedBatches').keys()).toEqual(['aws/lambda/2']);

    await running.stack.bucket('FailedBatches').delete('aws/lambda/2');
    await running.settled();
    expect((await operator.ask('stuck', '--older-than', '100000')).exitCode).toBe(0);
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '3' });
  });

  it('redrive stored events twice and beside the stream, and bill nothing twice', async () => {
    const since = new Date(running.clock.now()).toISOString();
    await running.report([1, 2, 3].map((n) => ({ id: `stored-${n}`, subscriptionId: buyerId, quantity: n })));
    await running.stack.runHour();
    running.clock.advance(20 * 60_000);
    const [first, second] = await Promise.all([
      operator.ask('redrive', '--since', since, '--apply'),
      operator.ask('redrive', '--since', since, '--apply'),
      running.report([{ id: 'live', subscriptionId: buyerId, quantity: 4 }]),
    ]);
    expect([first.json, second.json]).toMatchObject([
      { fed: 3, failed: 0 },
      { fed: 3, failed: 0 },
    ]);
    for (let hour = 0; hour < 2; hour += 1) await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '13' });
    const pretended = await operator.ask('redrive', '--since', since);
    expect(pretended.json).toMatchObject({ fed: 4, notInAnyHour: 0, skippedOverwritten: 0 });
    const tooNew = await operator.run(
      'redrive',
      '--since',
      since,
      '--until',
      new Date(running.clock.now()).toISOString(),
    );
    expect([tooNew.exitCode, tooNew.errors]).toEqual([2, expect.stringContaining('15 minutes')]);
  });

  it('import usage once, after dry runs and when repeated', async () => {
    const time = new Date(running.clock.now()).toISOString();
    const row = (...cells: string[]) => `${cells.join(',')}\n`;
    const file = operator.file(
      'usage.csv',
      row('id', 'subscriptionId', 'dimension', 'quantity', 'time', 'tag:Department') +
        row('csv-1', buyerId, 'gigabytes', '0.1', time, 'legal') +
        row('csv-2', buyerId, 'gigabytes', '1.9', time, '') +
        row('csv-3', buyerId, 'terabytes', '1', time, '') +
        row('csv-1', buyerId, 'gigabytes', '7', time, ''),
    );
    const found = { rows: 4, accepted: 2, duplicate: 1, contentDiffers: 1, rejected: 1, retry: 0 };
    for (let times = 0; times < 2; times += 1) {
      const { exitCode, json } = await operator.ask('import', file);
      expect([exitCode, json]).toMatchObject([1, { applied: false, ...found }]);
      expect(json.totals).toEqual([{ subscriptionId: buyerId, dimension: 'gigabytes', events: 2, quantity: '2' }]);
    }
    const report = join(operator.folder, 'refused.csv');
    const applied = await operator.ask('import', file, '--apply', '--report', report);
    expect(applied.json).toMatchObject({
      applied: true,
      ...found,
      refused: [{ line: 4, id: 'csv-3', reason: 'unknownDimension' }],
    });
    expect(readFileSync(report, 'utf8')).toContain('4,csv-3,unknownDimension');
    expect((await operator.ask('import', file, '--apply')).json).toMatchObject({ accepted: 0, duplicate: 3 });
    await running.stack.runHour();
    expect(running.billed(agreement)).toEqual({ events: '13', gigabytes: '2' });
  });

  it('reconcile the ledger with the records that AWS accepted, by the simulator and by CloudTrail', async () => {
    const { exitCode, json } = await operator.ask('reconcile', '--month', '2026-07');
    expect([exitCode, json.differences]).toEqual([0, []]);
    const total = { productCode: STORAGE_PRODUCT, dimension: 'events', billedHere: '16', acceptedByAws: '16' };
    expect(json.totals).toContainEqual(total);
    const good = join(operator.folder, 'good.csv');
    const { output } = await operator.run('reconcile', '--month', '2026-07', '--csv', good);
    expect(output).toContain('AWS accepted exactly what is billed here');
    expect(readFileSync(good, 'utf8')).toMatch(/\r\nequal,2026-07-14,,\d{12},s-\w+,flow-storage,events,2,billed,3,3,/);

    const Records = running.marketplace.ledger().map(({ meteringRecordId, licenseArn, ...billed }) => {
      const { dimension, timestamp, quantity: quantityAsDecimal } = billed;
      const record = { dimension, quantity: undefined, quantityAsDecimal, timestamp, licenseArn };
      return aCloudTrailEvent({ record, result: { meteringRecordId } });
    });
    const result = { meteringRecordId: 'other' };
    const other = aCloudTrailEvent({ record: { timestamp: '2026-07-20T05:00:00Z' }, result });
    mkdirSync(join(operator.folder, 'trail'));
    operator.file('trail/log.json.gz', gzipSync(JSON.stringify({ Records: [...Records, other] })));
    const csv = join(operator.folder, 'differences.csv');
    const byTrail = await operator.ask(
      'reconcile',
      '--month',
      '2026-07',
      '--trail-files',
      join(operator.folder, 'trail'),
      '--csv',
      csv,
    );
    expect(byTrail.exitCode).toBe(1);
    expect(byTrail.json).toMatchObject({
      matched: json.matched,
      differences: [{ kind: 'unknownHere', hour: '2026-07-20T05' }],
    });
    expect(readFileSync(csv, 'utf8')).toMatch(
      /^kind,day,hour.*\r\nequal,2026-07-.*\r\nunknownHere,2026-07-20,2026-07-20T05,/s,
    );
  });

  it('refuse a configuration that differs from the functions’', async () => {
    const file = operator.file(
      'other.json',
      JSON.stringify({ ...running.configuration, usage: { latenessHours: 48 } }),
    );
    const { exitCode, errors } = await operator.run('redrive', '--config', file);
    expect([exitCode, errors]).toEqual([1, expect.stringContaining('a different configuration')]);
  });
});
