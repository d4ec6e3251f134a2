import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import {
  CONFIGURATION_FILES,
  FUNCTIONS,
  TABLE_VARIABLES,
  type ConfigurationFile,
  type FunctionDesign,
  type FunctionName,
} from '../../lambdas/shared/contract/functions';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import { TABLE_NAMES, type Command } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration } from '../../proofs/stand-ins/a-seller';
import { faultsOfLine } from '../../proofs/stand-ins/log-lines';
import type { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { logFaults } from '../../proofs/stand-ins/recording-log';
import { DOCUMENT_TRANSLATION } from '../../lambdas/shared/runtime/dynamodb-client';
import type { SettableClock } from '../fakes/settable-clock';

/** An answer of any function: of a stream or a queue, of a schedule or of the API. */
interface Answer {
  batchItemFailures?: { itemIdentifier: string }[];
  hoursLeft?: number;
  checksLeft?: number;
  statusCode?: number;
  headers?: Record<string, string>;
  cookies?: string[];
  body?: string;
}

interface Surroundings {
  tables: MemoryTables;
  clock: SettableClock;
  configuration?: Partial<SellerConfiguration>;
  /** Further variables of the environment. */
  environment?: Record<string, string>;
}

/** The metrics' namespace, as `lib/` sets it; the logger and the metrics write to a console that a test can watch. */
const RUNTIME = {
  POWERTOOLS_METRICS_NAMESPACE: 'AStack/Saas',
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_METRICS_DISABLED: 'false',
};

export const REMINDERS_URL = 'https://sqs.us-east-1.amazonaws.com/1/reminders';

let loads = 0;

/**
 * A function as Lambda loads it: the module of its real handler, with only the variables that `lib/` gives it. Its
 * DynamoDB is in memory and its clock stands; `vi.restoreAllMocks` puts the real ones back. Every log line that the
 * handler writes is held to the fields that it may have.
 *
 * @returns the handler as Lambda calls it.
 */
export async function loadFunction(
  name: FunctionName,
  { tables, clock, configuration = {}, environment = {} }: Surroundings,
): Promise<(event: object, lambda?: { remainingMs?: number }) => Promise<Answer>> {
  const { page, ...settings } = aSellerConfiguration(configuration);
  const { tables: names, timeoutSeconds, files = [] }: FunctionDesign = FUNCTIONS[name];
  const variables = {
    ...Object.fromEntries(names.map((table) => [TABLE_VARIABLES[table], TABLE_NAMES[table]])),
    ...(name === 'meter-usage' && { ENDING_REMINDERS_URL: REMINDERS_URL }),
    LAMBDA_TASK_ROOT: folderWith({ configuration: settings, pages: { page } }, files),
    ...RUNTIME,
    ...environment,
  };
  vi.spyOn(Date, 'now').mockImplementation(clock.now);
  const sender: { send(command: Command): Promise<unknown> } = DynamoDBDocumentClient.prototype;
  vi.spyOn(sender, 'send').mockImplementation(async (command) => {
    await tables.before(command);
    return tables.dynamoDb.run(command);
  });
  watchConsole();
  const before = { ...process.env };
  Object.assign(process.env, variables);
  loads += 1;
  // The query makes it another module, which reads the environment again.
  const { handler } = (await import(/* @vite-ignore */ `../../lambdas/${name}/handler?load=${loads}`)) as {
    handler: (event: unknown, context: Context) => Promise<Answer>;
  };
  for (const variable of Object.keys(variables)) if (!(variable in RUNTIME)) delete process.env[variable];
  Object.assign(process.env, before);
  return (event, { remainingMs = timeoutSeconds * 1000 } = {}) => {
    const context = { awsRequestId: 'lambda-1', getRemainingTimeInMillis: () => remainingMs } as Context;
    return handler(JSON.parse(JSON.stringify(event)), context);
  };
}

/** The folder of a bundle, with only the files that `lib/` puts there. */
function folderWith(contents: Record<ConfigurationFile, object>, files: readonly ConfigurationFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'function-'));
  for (const file of files) writeFileSync(join(folder, CONFIGURATION_FILES[file]), JSON.stringify(contents[file]));
  return folder;
}

/** The logger's own fields. */
const LOGGER = ['level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id'];

function watchConsole(): void {
  const take = (line: unknown) => {
    const { message, ...fields }: Record<string, unknown> = JSON.parse(String(line));
    if (fields.messageCode === undefined) return;
    const ids = Object.entries(fields).filter(([name]) => !LOGGER.includes(name));
    logFaults.push(...faultsOfLine(message, Object.fromEntries(ids)));
  };
  for (const level of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(take);
}

/** A batch of a table's stream: new items, with sequence numbers from 1. */
export function streamOf(...items: Record<string, unknown>[]) {
  const images = items.map((item) => marshall(item, DOCUMENT_TRANSLATION.marshallOptions));
  return { Records: images.map((NewImage, n) => ({ dynamodb: { SequenceNumber: String(n + 1), NewImage } })) };
}

/** A batch of a queue, with message ids from 1. */
export function queueOf(...bodies: string[]) {
  return { Records: bodies.map((body, n) => ({ messageId: String(n + 1), body })) };
}

/** Makes every command fail that mentions this text, as a table does that is not there. */
export function failing(tables: MemoryTables, text: string): void {
  tables.before = async ({ input }) => {
    if (JSON.stringify(input).includes(text)) throw new Error('The table cannot be reached.');
  };
}
