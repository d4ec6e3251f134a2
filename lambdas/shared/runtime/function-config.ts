import * as z from 'zod';
import { type FrontDoorEnv, type FunctionName, TABLE_VARIABLES, type TableOf } from '../contract/functions';
import { functionConfigurationSchema, type FunctionConfiguration } from '../contract/seller-configuration';
import { sellerPagesSchema, type SellerPages } from '../contract/seller-pages';
import type { TableName } from '../contract/tables';

/** The configuration of a function. */
export interface FunctionConfig<Name extends FunctionName> {
  tables: Record<TableOf<Name>, string>;
  configuration: FunctionConfiguration;
}

export interface BrowserFunctionConfig<Name extends FunctionName> extends FunctionConfig<Name> {
  /** @default - pages with the texts and the look of this project */
  pages?: SellerPages;
  /** Proves that a request came through CloudFront; absent: no CloudFront distribution is deployed. */
  frontDoorSecret?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1);

/** What `lib/` puts into the bundle as JSON. */
function baked<Schema extends z.ZodType>(schema: Schema) {
  return z.string().transform((json, context) => {
    try {
      return schema.parse(JSON.parse(json));
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : 'not JSON');
      return z.NEVER;
    }
  });
}

/** Marked pure, so that functions without a configuration do not contain its schema. */
const bakedConfiguration = /* @__PURE__ */ baked(functionConfigurationSchema);

/**
 * Reads a function's tables and the seller's configuration from its environment.
 * @throws Error that lists all missing and wrong variables.
 */
export function loadConfig<Table extends TableName>(design: Designed<Table>, environment: Environment) {
  const shape = { ...tableVariables(design), SELLER_CONFIGURATION: bakedConfiguration };
  const parsed = parseEnvironment(shape, environment);
  return { tables: tableNames(design, parsed), configuration: parsed.SELLER_CONFIGURATION };
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

/** The seller's part of the pages, which only functions that show pages have. */
export function loadPages(environment: Environment): SellerPages {
  return parseEnvironment({ SELLER_PAGES: baked(sellerPagesSchema) }, environment).SELLER_PAGES;
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
