import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { usageEventItem } from '../../lambdas/shared/stores/usage-events';
import { startConsole } from '../../ops/console/server';
import { openLocalStack } from '../../ops/installation/local-stack';
import { anAgreementEvent } from '../builders/an-agreement-event';
import { aUsageEvent } from '../builders/a-usage-event';
import { RecordingTerminal } from '../fakes/recording-terminal';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';
import { allows, recordCalls } from './operators-calls';
import { LEGACY_PRODUCT, STORAGE_PRODUCT } from './products';

const POLICIES = ['OperatorReadPolicyArn', 'OperatorChangePolicyArn', 'OperatorPersonalDataPolicyArn'] as const;
const MINUTE_MS = 60_000;

/** Actions that no command of this test calls. An exemption that no policy needs fails, too. */
const EXEMPT: [actions: RegExp, reason: string][] = [
  [/^cloudformation:/, 'finds the stack in AWS: test/ops/installation.test.ts'],
  [/^cloudwatch:/, 'the metrics and alarms of a stack in AWS: test/ops/cloudwatch.test.ts'],
  [/^cloudtrail:LookupEvents$/, 'what AWS took, by CloudTrail: test/ops/reconcile/trail.test.ts'],
  [/^sqs:(DeleteMessage|ReceiveMessage|SendMessage)$/, 'SQS asks whoever starts a move of messages for these'],
];

const running = useFlow({ mayFail: true });
const operator = new Operator(running);

beforeAll(async () => {
  await walkEverything();
});

afterAll(() => operator.leave());

const grantsOf = (policy: string) => running.stack.managedPolicy(String(running.stack.status().outputs[policy]));

/** `Operator.run` itself refuses a call that no policy allows which the command names. */
describe('the policies of the operator', () => {
  it.each(POLICIES)('%s allows nothing that no command does which names it', (policy) => {
    const calls = operator.calls.filter(({ policies }) => policies.includes(policy));
    expect(calls.length).toBeGreaterThan(3);
    const unused = grantsOf(policy)
      .filter(({ action }) => !EXEMPT.some(([exempt]) => exempt.test(action)))
      .filter((grant) => !calls.some(({ call }) => allows(grant, call)));
    expect(unused.map(({ action, resource }) => `${action} ${resource.replace(/^.*:/, '')}`)).toEqual([]);
  });

  it('exempts only actions that the policies allow and no command calls', () => {
    const actions = POLICIES.flatMap((policy) => grantsOf(policy).map(({ action }) => action));
    expect(EXEMPT.filter(([pattern]) => !actions.some((action) => pattern.test(action)))).toEqual([]);
    const called = operator.calls.map(({ call }) => call.action);
    expect(called.filter((action) => EXEMPT.some(([pattern]) => pattern.test(action)))).toEqual([]);
  });

  it('keep who may change the ledger apart from who may see personal data', () => {
    const resources = (policy: string) => grantsOf(policy).map(({ resource }) => resource);
    const registrations = running.stack.table('Registrations');
    for (const policy of ['OperatorReadPolicyArn', 'OperatorChangePolicyArn'])
      expect(resources(policy).filter((resource) => resource.includes(registrations))).toEqual([]);
    const writes = grantsOf('OperatorPersonalDataPolicyArn').filter(({ action }) => /PutItem|UpdateItem/.test(action));
    expect(writes.map(({ leadingKeys }) => leadingKeys)).toEqual([['operator#*'], ['erased#']]);
  });

  it('let nobody delete from the table that holds the audit', () => {
    const ledger = running.stack.table('HourlyUsage');
    const deleting = POLICIES.flatMap(grantsOf).filter(
      ({ action, resource }) => /Delete|BatchWrite|PartiQL|\*/.test(action) && resource.includes(ledger),
    );
    expect(deleting).toEqual([]);
  });
});

/** Makes the commands do everything that they can do, including the rare paths. */
async function walkEverything(): Promise<void> {
  const { agreement, subscriptionId } = await running.givenBuyer(STORAGE_PRODUCT);
  await running.report([{ id: 'a', subscriptionId, quantity: '2.5' }]);
  await running.stack.runHour();
  await look(subscriptionId, agreement.accountId);
  await lookInBrowser(subscriptionId);
  await redrive(subscriptionId);
  await importAndMove(subscriptionId);
  await operator.run('find', '--company', 'buyer');
  await operator.run('erase', subscriptionId, '--apply', ...BECAUSE);
  await operator.run('erase', '--again', '--apply', ...BECAUSE);
}

async function look(id: string, account: string): Promise<void> {
  const commands = [
    ['subscriptions'],
    ['subscriptions', '--account', account],
    ['subscription', id],
    ['hours', id],
    ['explain', id, 'events', '2026-07-14T09'],
    ['balances'],
    ['rejected'],
    ['rejected', '--scan'],
    ['decimals'],
    ['stuck'],
    ['find', account],
    ['find', 'agmt-1'],
    ['usage', '--month', '2026-07'],
    ['reconcile', '--month', '2026-07'],
    ['audit'],
  ];
  for (const command of commands) expect(await operator.run(...command)).toMatchObject({ errors: '' });
}

/** Its pages read what no other command reads. */
async function lookInBrowser(id: string): Promise<void> {
  const port = Number(new URL(running.stack.url).port);
  const installation = await openLocalStack({ port, region: 'us-east-1', config: 'marketplace.config.json' });
  recordCalls(installation, (call) => operator.calls.push({ call, policies: ['OperatorReadPolicyArn'] }));
  const configuration = parseSellerConfiguration(running.configuration);
  const ops = { installation, configuration: () => configuration, terminal: new RecordingTerminal() };
  const served = await startConsole(ops, { port: 0 });
  const entry = await fetch(served.address, { redirect: 'manual' });
  const cookie = entry.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await fetch(`${new URL(served.address).origin}/subscriptions/${id}`, { headers: { cookie } });
  expect(page.status).toBe(200);
  await page.text();
  await served.stop();
  installation.close();
}

/** Failed batches of usage, more than one hour's item has room for, and of a notice; dead letters; stored events. */
async function redrive(subscriptionId: string): Promise<void> {
  const timeMs = running.clock.now();
  const invalid = { ...usageEventItem(aUsageEvent({ subscriptionId, timeMs }), 1), quantity: 'none' };
  const events = Array.from({ length: 60 }, (_, n) => aUsageEvent({ subscriptionId, id: `many-${n}`, timeMs }));
  await putFailedBatch('AggregateUsage', [...events.map((event) => usageEventItem(event, 1)), invalid]);
  const [notice] = await running.stack.items('NoticesTable');
  await putFailedBatch('PublishNotices', [], [notice]);
  running.stack.queue('DeadLetterQueue').send(JSON.stringify(anAgreementEvent()));
  expect(await operator.run('stuck')).toMatchObject({ exitCode: 1 });
  expect(await operator.run('redrive', '--apply')).toMatchObject({ exitCode: 0, errors: '' });
  await running.settled();
  running.clock.advance(40 * MINUTE_MS);
  const since = ['redrive', '--since', '2026-07-14T00:00:00Z', '--apply'];
  expect(await operator.run(...since)).toMatchObject({ exitCode: 0, errors: '' });
}

async function putFailedBatch(name: string, items: object[], images: unknown[] = items.map((item) => marshall(item))) {
  const { physicalName } = running.stack.status().functions.find((each) => each.name.endsWith(name)) ?? {};
  const Records = images.map((NewImage, n) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: `${n}`, NewImage },
  }));
  const document = {
    requestContext: {
      functionArn: `arn:aws:lambda:us-east-1:0:function:${physicalName}`,
      condition: 'RecordAgeExhausted',
    },
    DDBStreamBatchInfo: { batchSize: Records.length },
    payload: JSON.stringify({ Records }),
  };
  await running.stack.bucket('FailedBatches').put(`aws/lambda/${name}`, JSON.stringify(document));
}

async function importAndMove(subscriptionId: string): Promise<void> {
  const time = new Date(running.clock.now()).toISOString();
  const rows = [
    'id,subscriptionId,dimension,quantity,time',
    ...[1, 1].map(() => `csv,${subscriptionId},events,1,${time}`),
  ];
  const usage = operator.file('usage.csv', `${rows.join('\n')}\n`);
  for (const apply of [['--apply'], []])
    expect(await operator.run('import', usage, ...apply)).toMatchObject({ errors: '' });
  const customer = running.subscribe(LEGACY_PRODUCT);
  await running.register(customer);
  const { customerIdentifier } =
    running.marketplace.buyers().find((each) => each.accountId === customer.accountId) ?? {};
  const header = 'customerIdentifier,customerAWSAccountId,licenseArn';
  const row = `${customerIdentifier},${customer.accountId},${customer.licenseArn}`;
  const moved = await operator.run('move', operator.file('m.csv', `${header}\n${row}\n`), '--apply', ...BECAUSE);
  expect(moved).toMatchObject({ exitCode: 0, errors: '' });
}
