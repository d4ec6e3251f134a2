import { setTimeout as sleep } from 'node:timers/promises';
import Big from 'big.js';
import pc from '../../ops/output/colours';
import { extra, painted, table, type Shown } from '../../ops/output/table';
import { hourOf, HOUR_MS } from '../../lambdas/shared/domain/hour';
import { DynamoDbHourlyUsageReader } from '../../lambdas/shared/stores/hourly-usage';
import { DynamoDbUsageTallyReader } from '../../lambdas/shared/stores/usage-tallies';
import type { BilledRecord } from '../../simulator';
import type { AwsAccount } from './aws-account';
import type { StackOutputs } from './cdk-cli';

export interface ReportedEvent {
  id: string;
  subscriptionId: string;
  dimension: string;
  /** Decimal text. */
  quantity: string;
  time: string;
  tags?: Record<string, string>;
}

export interface BillLine {
  dimension: string;
  used: Big;
  billed: Big;
  carried: Big;
  records: number;
  exact: boolean;
}

const TALLIED_WITHIN_MS = 150_000;

/** Compares the usage that the rehearsal reported with the deployed tables and with AWS Marketplace's ledger. */
export class UsageAccount {
  readonly #used = new Map<string, ReportedEvent>();
  readonly #hourlyUsage: DynamoDbHourlyUsageReader;
  readonly #usageTallies: DynamoDbUsageTallyReader;

  constructor({ documents: client }: AwsAccount, outputs: StackOutputs) {
    const { HourlyUsageTableName: hourlyUsage = '', UsageTalliesTableName: usageTallies = '' } = outputs;
    const database = { client, tables: { hourlyUsage, usageTallies }, sleep: async (ms: number) => sleep(ms) };
    this.#hourlyUsage = new DynamoDbHourlyUsageReader(database);
    this.#usageTallies = new DynamoDbUsageTallyReader(database);
  }

  /** Notes events as used, each id once. */
  note(events: readonly ReportedEvent[]): void {
    for (const event of events) if (!this.#used.has(event.id)) this.#used.set(event.id, event);
  }

  /**
   * Waits until the stream has brought every event to its hour.
   * @throws Error when an event does not arrive in time
   */
  async tallied(): Promise<void> {
    let arrived = 0;
    for (const untilMs = Date.now() + TALLIED_WITHIN_MS; Date.now() < untilMs; await sleep(1000)) {
      arrived = await this.#arrived();
      if (arrived === this.#used.size) return;
    }
    throw new Error(
      `The stream brought only ${arrived} of ${this.#used.size} usage events to their hours. Read the log of aggregate-usage.`,
    );
  }

  async bill(ledger: readonly BilledRecord[]): Promise<BillLine[]> {
    const lines: BillLine[] = [];
    for (const [dimension, events] of Map.groupBy(this.#used.values(), (event) => event.dimension)) {
      const records = ledger.filter((record) => record.dimension === dimension);
      const used = events.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
      const billed = records.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
      const { subscriptionId } = events[0] ?? { subscriptionId: '' };
      const { amount: carried } = await this.#hourlyUsage.getBalance({ subscriptionId, dimension });
      const exact = used.eq(billed.plus(carried));
      lines.push({ dimension, used, billed, carried, records: records.length, exact });
    }
    return lines;
  }

  async #arrived(): Promise<number> {
    const ids = new Set<string>();
    for (const [name, events] of Map.groupBy(
      this.#used.values(),
      (event) => `${event.subscriptionId}#${event.dimension}`,
    )) {
      const [subscriptionId = '', dimension = ''] = name.split('#');
      const earliestMs = Math.min(...events.map(({ time }) => Date.parse(time)));
      // An event that finds its hour sealed goes to a later one.
      for (let ms = earliestMs; ms < Date.now() + HOUR_MS; ms += HOUR_MS) {
        const hourKey = { subscriptionId, dimension, hour: hourOf(ms) };
        const { inlineEvents = [] } = (await this.#hourlyUsage.get(hourKey)) ?? {};
        const tallies = await this.#usageTallies.ofHour(hourKey);
        for (const { events } of [...inlineEvents, ...tallies]) for (const { key } of events) ids.add(key);
      }
    }
    return ids.size;
  }
}

export function billTable(lines: readonly BillLine[]): Shown {
  return table(
    ['dimension', 'used', 'billed', 'carried', 'used = billed + carried', extra('records')],
    lines.map(({ dimension, used, billed, carried, records, exact }) => {
      const off = used.minus(billed).minus(carried).toFixed();
      const verdict = exact ? painted('exact', pc.green) : painted(`off by ${off}`, pc.red);
      return [dimension, used.toFixed(), billed.toFixed(), carried.toFixed(), verdict, records];
    }),
  );
}
