import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import {
  CONFIGURATION_FILES,
  type ContactsEnv,
  type FrontDoorEnv,
  type FunctionName,
  TABLE_VARIABLES,
  type TableOf,
} from '../contract/functions';
import type { FunctionConfiguration } from '../contract/seller-configuration';
import { sellerPagesSchema, type SellerPages } from '../contract/seller-pages';
import type { TableName } from '../contract/tables';

/** The configuration of a function. */
export interface FunctionConfig<Name extends FunctionName> {
  tables: Record<TableOf<Name>, string>;
  configuration: FunctionConfiguration;
}

export interface RetainingFunctionConfig<Name extends FunctionName> extends FunctionConfig<Name> {
  /** The table of contacts; absent: they do not expire. */
  contactsTable?: string | undefined;
}

export interface BrowserFunctionConfig<Name extends FunctionName> extends FunctionConfig<Name> {
  /** @default - pages with the texts and the look of this project */
  pages?: SellerPages;
  /** Proves that a request came through CloudFront; absent: no CloudFront distribution is deployed. */
  frontDoorSecret?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1);

/** Turns the bundle's folder, which Lambda names, into the content of a file that `lib/` put there. */
function contentOf<Schema extends z.ZodType>(file: string, schema: Schema) {
  return text.transform((folder, context) => {
    try {
      return schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    } catch (error) {
      context.addIssue(`${file}: ${error instanceof Error ? error.message : String(error)}`);
      return z.NEVER;
    }
  });
}

/**
 * Reads a function's tables from its environment, and the seller's configuration from the file beside its bundle.
 * @throws Error that lists all missing and wrong variables, and what is wrong in the file.
 */
export function loadConfig<Table extends TableName>(
  design: Designed<Table> & { files: readonly ['configuration', ...unknown[]] },
  environment: Environment,
) {
  // `lib/` has parsed it into the same asset. To make its schema would take a tenth of a cold start.
  const parsed = z.custom<FunctionConfiguration>(
    (content) => typeof content === 'object' && content !== null && 'products' in content,
    'this is no configuration of the stack: deploy it again',
  );
  const file = contentOf(CONFIGURATION_FILES.configuration, parsed);
  const variables = parseEnvironment({ ...tableVariables(design), LAMBDA_TASK_ROOT: file }, environment);
  return { tables: tableNames(design, variables), configuration: variables.LAMBDA_TASK_ROOT };
}

/** Reads the tables of a function that needs no configuration. */
export function loadTables<Table extends TableName>(design: Designed<Table>, environment: Environment) {
  return tableNames(design, parseEnvironment(tableVariables(design), environment));
}

/** CloudFront adds the secret to each request. An empty secret would accept requests without one. */
const frontDoor = {
  FRONT_DOOR_SECRET: z.string().min(32).optional(),
} satisfies Record<keyof FrontDoorEnv, z.ZodType<string | undefined>>;

export function loadFrontDoorSecret(environment: Environment): string | undefined {
  return parseEnvironment(frontDoor, environment).FRONT_DOOR_SECRET;
}

const contacts = {
  REGISTRATIONS_TABLE_NAME: text.optional(),
} satisfies Record<keyof ContactsEnv, z.ZodType<string | undefined>>;

/** The table of contacts, which a function has only if they expire. */
export function loadContactsTable(environment: Environment): string | undefined {
  return parseEnvironment(contacts, environment).REGISTRATIONS_TABLE_NAME;
}

/** The seller's part of the pages, which only functions that show pages have. */
export function loadPages(environment: Environment): SellerPages {
  const pages = contentOf(CONFIGURATION_FILES.pages, sellerPagesSchema);
  return parseEnvironment({ LAMBDA_TASK_ROOT: pages }, environment).LAMBDA_TASK_ROOT;
}

export function loadEventBusName(environment: Environment): string {
  return parseEnvironment({ EVENT_BUS_NAME: text }, environment).EVENT_BUS_NAME;
}

export function loadEndingRemindersUrl(environment: Environment): string {
  return parseEnvironment({ ENDING_REMINDERS_URL: text }, environment).ENDING_REMINDERS_URL;
}

interface Designed<Table extends TableName> {
  tables: readonly Table[];
}

function tableVariables({ tables }: Designed<TableName>): Record<string, z.ZodType<string>> {
  return Object.fromEntries(tables.map((table) => [TABLE_VARIABLES[table], text]));
}

function tableNames<Table extends TableName>({ tables }: Designed<Table>, variables: Record<string, unknown>) {
  const names = tables.map((table) => [table, variables[TABLE_VARIABLES[table]]]);
  return Object.fromEntries(names) as Record<Table, string>;
}

function parseEnvironment<Shape extends z.ZodRawShape>(shape: Shape, environment: Environment) {
  const parsed = z.object(shape).safeParse(environment);
  if (!parsed.success) throw new Error(`The function's environment is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
