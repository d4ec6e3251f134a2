import type { Context } from 'aws-lambda';
import type { HttpFunction } from '../../lambdas/shared/runtime/http-chain';
import type { HttpResponse } from '../../lambdas/shared/runtime/http-message';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables, TABLE_NAMES } from '../stand-ins/memory-tables';
import { aSeller } from './a-seller';
import { DynamoDbLimits } from './dynamodb-limits';
import { promise, promiseCleanLog, promiseKnownMetrics, promiseNoLeak } from './promises';

/** The time of every case. */
export const NOW_MS = Date.parse('2026-03-10T12:30:00Z');

/** Lambda refuses answers above 6 MB; ours are pages and lists. */
const ANSWER_MAX_LENGTH = 1024 * 1024;

/** What the function of one case works with. */
export class Surroundings {
  readonly limits = new DynamoDbLimits();
  readonly tables = new MemoryTables();
  readonly ports;

  constructor(
    private readonly knownMetrics: ReadonlySet<string>,
    { nowMs = NOW_MS }: { nowMs?: number } = {},
  ) {
    this.tables.before = this.limits.judge;
    this.ports = memoryPorts(this.tables, { nowMs });
  }

  config(overrides: Parameters<typeof aSeller>[0] = {}) {
    return { tables: TABLE_NAMES, configuration: aSeller(overrides) };
  }

  /** Holds for every case, whatever its answer. While the stores are down, the log may name where they failed. */
  promiseQuiet(): void {
    promise(this.limits.refusals.length === 0, `a store was asked for what it refuses: ${this.limits.refusals[0]}`);
    promiseCleanLog(this.ports.logger, { mayName: this.limits.failing });
    promiseKnownMetrics(this.ports.counters.counts, this.knownMetrics);
  }
}

/** The event as Lambda delivers it: parsed from JSON, sharing no object with the sender. */
export function asDelivered(event: unknown): unknown {
  return JSON.parse(JSON.stringify(event));
}

/** The part of Lambda's context that functions read. */
export const CONTEXT = { awsRequestId: 'lambda-1' } as Context;

export interface HttpPromise {
  statuses: readonly number[];
  /** The answer without those parts that may repeat the request. */
  shown?: (response: HttpResponse) => string;
}

/** Sends a request and checks the promises that hold for every answer. @returns the response. */
export async function promiseAnswer(
  run: HttpFunction,
  { event, surroundings }: { event: unknown; surroundings: Surroundings },
  { statuses, shown = (response) => response.body ?? '' }: HttpPromise,
): Promise<HttpResponse> {
  const response = await run(asDelivered(event), CONTEXT);
  const { statusCode, headers = {}, cookies = [], body = '' } = response;
  const allowed = surroundings.limits.failing ? [...statuses, 500, 503] : statuses;
  promise(
    allowed.includes(statusCode),
    `the answer is ${statusCode} (expected ${allowed.join(', ')}): ${body.slice(0, 300)}`,
  );
  promise(body.length <= ANSWER_MAX_LENGTH, `the answer has ${body.length} characters`);
  promiseNoLeak('the answer', [...Object.entries(headers).flat(), ...cookies, shown(response)].join('\n'));
  surroundings.promiseQuiet();
  return response;
}
