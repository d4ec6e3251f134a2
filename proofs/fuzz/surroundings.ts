import type { Context } from 'aws-lambda';
import type { FunctionName } from '../../lambdas/shared/contract/functions';
import { METRICS } from '../../lambdas/shared/contract/metrics';
import type { HttpFunction } from '../../lambdas/shared/runtime/http-chain';
import type { HttpResponse } from '../../lambdas/shared/runtime/http-message';
import { memoryPorts } from '../stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../stand-ins/memory-tables';
import { aSellerConfiguration } from '../stand-ins/a-seller';
import { DynamoDbLimits } from './dynamodb-limits';
import { promise, promiseCleanLog, promiseKnownMetrics, promiseNoLeak } from './promises';

/** The time of every case. */
export const NOW_MS = Date.parse('2026-03-10T12:30:00Z');

/** Lambda refuses answers above 6 MB; ours are pages and lists. */
const ANSWER_MAX_LENGTH = 1024 * 1024;

/** The part of Lambda's context that functions read. */
const CONTEXT = { awsRequestId: 'lambda-1', getRemainingTimeInMillis: () => 120_000 } as Context;

/** Invokes a function as Lambda does: with an event parsed from JSON, which shares no object with the sender. */
export async function invoke<Answer>(
  run: (event: unknown, context: Context) => Promise<Answer>,
  event: object,
): Promise<Answer> {
  return run(JSON.parse(JSON.stringify(event)), CONTEXT);
}

export interface SurroundingsDesign {
  service: FunctionName;
  /** The reasons by which a metric is counted. */
  reasons?: Readonly<Record<string, readonly string[]>>;
  /** @default NOW_MS */
  nowMs?: number;
}

interface HttpPromise {
  statuses: readonly number[];
  /** The answer without those parts that may repeat the request. */
  shown?: (response: HttpResponse) => string;
}

/** The dependencies of the function in one case. */
export class Surroundings {
  readonly tables = new MemoryTables();
  readonly ports;
  readonly failing: boolean;
  readonly #limits: DynamoDbLimits;
  readonly #knownMetrics: ReadonlySet<string>;

  constructor({ service, reasons = {}, nowMs = NOW_MS }: SurroundingsDesign, failing: boolean) {
    this.failing = failing;
    this.#limits = new DynamoDbLimits(failing);
    this.tables.before = this.#limits.judge;
    this.ports = memoryPorts(this.tables, { nowMs });
    const names: readonly string[] = METRICS[service];
    this.#knownMetrics = new Set(
      names.flatMap((name) => reasons[name]?.map((reason) => `${name}.${reason}`) ?? [name]),
    );
  }

  config(overrides: Parameters<typeof aSellerConfiguration>[0] = {}) {
    return { tables: TABLE_NAMES, configuration: aSellerConfiguration(overrides) };
  }

  /** Holds for every case, whatever its answer. While the stores are down, the log may name where they failed. */
  promiseQuiet(): void {
    const { refusals } = this.#limits;
    promise(refusals.length === 0, `DynamoDB refused a request: ${refusals[0]}`);
    promiseCleanLog(this.ports.logger, { mayName: this.failing });
    promiseKnownMetrics(this.ports.counters.counts, this.#knownMetrics);
  }

  /** Sends a request and checks the promises that hold for every answer. @returns the response. */
  async promiseAnswer(
    run: HttpFunction,
    event: object,
    { statuses, shown = (response) => response.body ?? '' }: HttpPromise,
  ): Promise<HttpResponse> {
    const response = await invoke(run, event);
    const { statusCode, headers = {}, cookies = [], body = '' } = response;
    const allowed = this.failing ? [...statuses, 500, 503] : statuses;
    promise(
      allowed.includes(statusCode),
      `the answer is ${statusCode} (expected ${allowed.join(', ')}): ${body.slice(0, 300)}`,
    );
    promise(body.length <= ANSWER_MAX_LENGTH, `the answer has ${body.length} characters`);
    promiseNoLeak('the answer', [...Object.entries(headers).flat(), ...cookies, shown(response)].join('\n'));
    return response;
  }

  /** An answer, as words for the table. */
  inWords(answer: string | number): string {
    return this.failing ? `${answer}, stores down` : String(answer);
  }
}
