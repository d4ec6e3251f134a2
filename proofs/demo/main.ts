import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SingleBar } from 'cli-progress';
import { setTimeout as sleep } from 'node:timers/promises';
import pc from '../../ops/output/colours';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { sum } from '../../lambdas/shared/domain/decimal';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { SimulatedClock, startMarketplace, type Agreement, type RunningMarketplace } from '../../simulator';
import { allocationTable, billOf, billTable, lastHourOf } from './bill';
import { visit } from './buyer-visit';
import { DEMO_BUYERS, DEMO_START_MS, HOUR_MS, plan, WEEK_HOURS, type PlannedEvent } from './scenario';
import { SellerApplication } from './seller-application';
import type { LocalStack } from '../../local/stack/local-stack';
import { startStack } from '../../local/stack/stack';
import { synthesizeIfStale } from '../../local/stack/synthesize';

/** Hours after the week in which what was reported late, or carried, is still billed. */
const TAIL_HOURS = 8;

interface Running {
  marketplace: RunningMarketplace;
  stack: LocalStack;
}

const say = (line: string) => console.log(pc.dim(line));

// DynamoDB Local is ended when this process exits, but not when a signal ends it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

await demo().catch((error: unknown) => {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});

async function demo(): Promise<void> {
  await synthesizeIfStale(say);
  say('Starting DynamoDB Local, AWS Marketplace and the stack …');
  const clock = new SimulatedClock();
  clock.set(DEMO_START_MS);
  const { products } = parseSellerConfiguration(JSON.parse(readFileSync('marketplace.config.json', 'utf8')));
  const marketplace = await startMarketplace({ clock, products });
  try {
    const stack = await startStack({ clock, marketplaceEndpoint: marketplace.endpoint });
    marketplace.setEventBridgeEndpoint(stack.awsEndpoint);
    try {
      await play({ marketplace, stack });
    } finally {
      await stack.stop();
    }
  } finally {
    await marketplace.stop();
  }
}

async function play(running: Running): Promise<void> {
  const agreements = new Map<string, Agreement>();
  for (const buyer of DEMO_BUYERS) {
    agreements.set(buyer.company, await visit(buyer, running));
    say(`${buyer.company} subscribed in AWS Marketplace and registered.`);
  }
  await running.marketplace.settled();
  await running.stack.drain();
  const application = new SellerApplication(running.stack);
  const subscriptions = new Map(
    [...agreements].map(([company, { accountId }]) => [company, application.subscriptionOf(accountId)]),
  );
  await replay(running, { application, agreements, subscriptions });
  await judge(running, { application, agreements, subscriptions });
}

interface Replay {
  application: SellerApplication;
  agreements: ReadonlyMap<string, Agreement>;
  subscriptions: ReadonlyMap<string, string>;
}

/** Hour by hour: the application reports what it has, the hour ends, the hourly rule fires. */
async function replay(running: Running, { application, agreements, subscriptions }: Replay): Promise<void> {
  const { stack } = running;
  const planned = DEMO_BUYERS.flatMap((buyer) => plan(buyer));
  const report = async (events: readonly PlannedEvent[]) =>
    application.report(events.map((event) => ({ ...event, subscriptionId: subscriptions.get(event.company) ?? '' })));
  const progress = new SingleBar({ format: 'a week of usage {bar} {value}/{total} hours', clearOnComplete: true });
  if (process.stdout.isTTY) progress.start(WEEK_HOURS + TAIL_HOURS, 0);
  else say('Replaying a week of usage, hour by hour …');
  for (let hour = 0; hour < WEEK_HOURS + TAIL_HOURS; hour += 1) {
    const reported = planned.filter(({ reportedInHour }) => reportedInHour === hour);
    const leaving = DEMO_BUYERS.filter(({ cancelsAfterMs = -1 }) => Math.floor(cancelsAfterMs / HOUR_MS) === hour);
    for (const { company, cancelsAfterMs = 0 } of leaving) {
      stack.clock.set(DEMO_START_MS + cancelsAfterMs);
      await report(reported.filter((event) => event.company === company));
      running.marketplace.marketplace.endAgreement(agreements.get(company)?.agreementId ?? '');
      await running.marketplace.settled();
      await stack.drain();
    }
    stack.clock.set(DEMO_START_MS + (hour + 1) * HOUR_MS - 60_000);
    await report(reported.filter(({ company }) => !leaving.some((buyer) => buyer.company === company)));
    await stack.runHour();
    progress.update(hour + 1);
  }
  progress.stop();
}

async function judge(
  { marketplace: { marketplace }, stack }: Running,
  { application, agreements, subscriptions }: Replay,
): Promise<void> {
  const ledger = marketplace.ledger();
  const client = new DynamoDBClient({
    endpoint: stack.dynamodbEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const hourlyUsage = new DynamoDbHourlyUsageReader({
    client: DynamoDBDocumentClient.from(client, DOCUMENT_TRANSLATION),
    tables: { hourlyUsage: stack.table('HourlyUsage') },
    sleep: async (ms) => sleep(ms),
  });
  const bills = DEMO_BUYERS.map(async (buyer) => {
    const subscriptionId = subscriptions.get(buyer.company) ?? '';
    const balanceOf = async (dimension: string) => {
      const { amount: carried, coverage } = await hourlyUsage.getBalance({ subscriptionId, dimension });
      return { carried, covered: sum([...(coverage?.periods.values() ?? [])].map(({ covered }) => covered)) };
    };
    return billOf({ buyer, accountId: agreements.get(buyer.company)?.accountId ?? '', ledger, balanceOf });
  });
  const rows = (await Promise.all(bills)).flat();
  client.destroy();
  const { accepted = 0, duplicate = 0 } = application.statuses;
  const { calls, records } = marketplace.callStatistics('BatchMeterUsage');
  const exact = rows.filter((row) => row.exact).length;
  console.log(`\n${billTable(rows)}\n`);
  for (const buyer of DEMO_BUYERS.filter(({ uses }) => uses.some(({ tags }) => tags !== undefined))) {
    console.log(`${allocationTable({ buyer, accountId: agreements.get(buyer.company)?.accountId ?? '', ledger })}\n`);
  }
  console.log(
    `${accepted} usage events stored, ${duplicate} reported twice and counted once; ${records} records sent in ${calls} calls.`,
  );
  for (const buyer of DEMO_BUYERS) {
    const accountId = agreements.get(buyer.company)?.accountId ?? '';
    if (buyer.cancelsAfterMs !== undefined) console.log(lastHourOf({ buyer, accountId, ledger }));
  }
  console.log('Used is summed from data/github-hourly.csv, billed from the ledger of the AWS Marketplace simulator.\n');
  const verdict = `VERDICT: used = covered + billed + carried, to the last decimal, for ${exact} of ${rows.length}`;
  console.log(exact === rows.length ? pc.bold(pc.green(verdict)) : pc.bold(pc.red(verdict)));
  if (exact !== rows.length) process.exitCode = 1;
}
