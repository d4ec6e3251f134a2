import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../lambdas/shared/runtime/secrets';
import { DynamoDbAdmissions } from '../../lambdas/shared/stores/registrations';
import type { AwsCall } from '../../local/stack/aws-calls';
import { overwriteUsage, usageItem } from '../../proofs/actors/put-usage';
import { useFlow } from './a-running-stack';
import { CONTRACT_PRODUCT, LEGACY_PRODUCT, LICENSE_PRODUCT } from './products';

const MINUTE_MS = 60_000;
/** Actions that AWS calls on behalf of a role, while its function never does. An exemption that no role needs fails, too. */
const EXEMPT: [actions: RegExp, reason: string][] = [
  [/^logs:(CreateLogStream|PutLogEvents)$/, 'Lambda writes the log of what the function prints'],
  [/^xray:Put(TelemetryRecords|TraceSegments)$/, 'Lambda sends the traces'],
  [/^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/, 'Lambda polls the stream'],
  [/^sqs:(DeleteMessage|GetQueueAttributes|ReceiveMessage)$/, 'Lambda polls the queue'],
  [/^s3:(ListBucket|PutObject)$/, 'Lambda writes a failed batch to the bucket'],
];

const running = useFlow();

beforeAll(async () => {
  await walkEverything();
});

const verbs = () => running.stack.status().functions.map(({ name }) => name);

describe('the role of each function', () => {
  it('grants every call that a function made', () => {
    expect(perFunction((name) => missing(running.stack.calls(name), running.stack.grants(name)))).toEqual({});
  });

  it('reaches only the items whose keys it names', () => {
    const narrowed = verbs().flatMap((name) =>
      running.stack
        .grants(name)
        .flatMap(({ leadingKeys = [], ...grant }) => leadingKeys.map((key) => ({ name, key, grant }))),
    );
    for (const [name, its] of Map.groupBy(narrowed, (each) => each.name)) {
      const called = running.stack
        .calls(name)
        .filter((call) => its.some(({ grant }) => asText(grant) === asText(call)));
      expect([name, called.length > 0]).toEqual([name, true]);
      const keys = its.map(({ key }) => key);
      expect(called.filter(({ keyspace }) => !keys.includes(`${keyspace}*`))).toEqual([]);
    }
    expect(new Set(narrowed.map(({ name }) => name)).size).toBe(2);
  });

  it('grants no call that a function never made', () => {
    expect(perFunction((name) => missing(granted(name), running.stack.calls(name)))).toEqual({});
  });

  it('compares ten functions, each with grants and with calls', () => {
    expect(verbs()).toHaveLength(10);
    for (const name of verbs()) {
      expect([name, granted(name).length > 0]).toEqual([name, true]);
      expect([name, running.stack.calls(name).length > 0]).toEqual([name, true]);
    }
  });

  it('exempts only actions that roles grant and functions never call', () => {
    const actions = verbs().flatMap((name) => running.stack.grants(name).map(({ action }) => action));
    const needless = EXEMPT.filter(([pattern]) => !actions.some((action) => pattern.test(action)));
    expect(needless).toEqual([]);
    const called = verbs().flatMap((name) => running.stack.calls(name).map(({ action }) => action));
    expect(called.filter((action) => EXEMPT.some(([pattern]) => pattern.test(action)))).toEqual([]);
  });
});

/** The grants of a function's role without the exemptions. */
function granted(name: string): AwsCall[] {
  return running.stack.grants(name).filter(({ action }) => !EXEMPT.some(([pattern]) => pattern.test(action)));
}

/** The calls of `wanted` that `there` lacks, as text. */
function missing(wanted: readonly AwsCall[], there: readonly AwsCall[]): string[] {
  const known = new Set(there.map(asText));
  return wanted.map(asText).filter((text) => !known.has(text));
}

const asText = ({ action, resource }: AwsCall) => `${action} ${resource.replace(/^arn:aws:\w+:[^:]*:\d*:/, '')}`;

/** The functions with findings. */
function perFunction(of: (name: string) => string[]): Record<string, string[]> {
  return Object.fromEntries(
    verbs()
      .map((name) => [name, of(name)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

/** Makes every function do everything that it can do, including the rare paths. */
async function walkEverything(): Promise<void> {
  await walkRegistrations();
  await walkUsage();
  await walkDirectPuts();
  await walkContract();
  await walkExchange();
  await walkTheEnd();
}

/** Usage that is reported, late for a sealed hour, carried over and shown. */
async function walkUsage(): Promise<void> {
  const { agreement, subscriptionId } = await running.givenBuyer();
  await running.report([{ id: '1', subscriptionId, quantity: '1.5' }]);
  // More events of one hour than its item has room for.
  await running.report(Array.from({ length: 60 }, (_, n) => ({ id: `many-${n}`, subscriptionId })));
  // As an earlier version leaves an hour: only its tallies tell what was used in it.
  const hour = new Date(running.clock.now()).toISOString().slice(0, 13);
  const { client, tables } = running.database;
  const Key = { pk: subscriptionId, sk: `${hour}#events` };
  await client.send(new UpdateCommand({ TableName: tables.hourlyUsage, Key, UpdateExpression: 'REMOVE summed' }));
  await running.application.ask(`/subscriptions/${subscriptionId}`);
  await running.stack.runHour();
  const time = new Date(running.clock.now() - 30 * MINUTE_MS).toISOString();
  await running.report([{ id: 'late', subscriptionId, quantity: '2.5', time }]);
  await running.application.ask(`/subscriptions/${subscriptionId}`);
  await running.application.ask(`/subscriptions?customerAWSAccountId=${agreement.accountId}`);
  await running.stack.runHour();
}

/** Items that the seller puts directly: one cannot be usage, and the next one replaces it. */
async function walkDirectPuts(): Promise<void> {
  const event = {
    subscriptionId: 's-1',
    id: 'direct',
    dimension: 'events',
    quantity: '1',
    timeMs: running.clock.now(),
  };
  for (const quantity of ['none', 'other']) {
    await overwriteUsage(running.usageEvents, { ...usageItem(event, event.timeMs), quantity: { S: quantity } });
    await running.settled();
  }
}

/**
 * Registrations before AWS notifies the seller and after it. Whichever comes first stores the subscription, and the
 * other one finds it; a customer of an older product who comes first is activated by the registration itself.
 */
async function walkRegistrations(): Promise<void> {
  for (const productCode of [LICENSE_PRODUCT, LEGACY_PRODUCT]) {
    await running.givenEarlyBuyer(productCode);
    await running.givenBuyer(productCode);
  }
  // The registration finds an event of its agreement.
  const agreement = running.subscribe();
  running.marketplace.announce(agreement.agreementId, 'spendThresholdReached');
  await running.settled();
  await running.register(agreement);
}

async function walkContract(): Promise<void> {
  const seats = (IntegerValue: number) => [{ dimension: 'events', value: { IntegerValue } }];
  const agreement = running.subscribe(CONTRACT_PRODUCT, { entitlements: seats(1) });
  await running.register(agreement);
  running.marketplace.changeEntitlements(agreement.agreementId, seats(2));
  await running.settled();
  await running.stack.fire('Sweep');
}

/** A back end exchanges a code twice. The test stores the code as the registration does. */
async function walkExchange(): Promise<void> {
  const subscriptionId = await running.register(running.subscribe());
  const code = 'a'.repeat(43);
  const admissions = new DynamoDbAdmissions(running.database);
  await admissions.issueCode(sha256Hex(code), {
    subscriptionId,
    expiresAt: Math.floor(running.clock.now() / 1000) + 600,
  });
  const statuses: number[] = [];
  for (let time = 0; time < 2; time += 1) {
    const answer = await running.application.post('/registration/exchange', JSON.stringify({ code }));
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([200, 410]);
}

/** Ends a subscription by the agreement's event, which names no licence, with usage in the unfinished hour. */
async function walkTheEnd(): Promise<void> {
  const { agreement, subscriptionId } = await running.givenBuyer();
  await running.report([{ id: 'last', subscriptionId, quantity: 3 }]);
  running.marketplace.endAgreement(agreement.agreementId);
  await running.settled();
  for (const minutes of [5, 60, 10]) {
    running.clock.advance(minutes * MINUTE_MS);
    await running.stack.fire('CatchUp');
    await running.settled();
  }
  expect(running.billed(agreement)).toEqual({ events: '3' });
}
