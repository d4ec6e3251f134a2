import { readFileSync } from 'node:fs';
import { beforeAll } from '@jest/globals';
import * as z from 'zod';
import type { Installation } from '../../../ops/installation/installation';

const input = z.object({
  TableName: z.string().optional(),
  RequestItems: z.object({}).catchall(z.unknown()).default({}),
});

/** Each kind of call that an installation makes of DynamoDB: its action and its table, `Query hourlyUsage`. */
export function useRecordedCalls(installation: () => Installation): ReadonlySet<string> {
  const calls = new Set<string>();
  beforeAll(() => {
    const { dynamoDb, tables, registrationsTableName } = installation();
    const named = Object.entries({ ...tables, registrations: registrationsTableName });
    const names = new Map(named.map(([name, table]) => [table, name]));
    dynamoDb.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          const { TableName, RequestItems } = input.parse(args.input);
          for (const table of [...(TableName === undefined ? [] : [TableName]), ...Object.keys(RequestItems)])
            calls.add(`${commandName.replace(/Command$/, '')} ${names.get(table)}`);
          return next(args);
        },
      { step: 'initialize' },
    );
  });
  return calls;
}

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statements = z.array(z.object({ Sid: z.string(), Action: oneOrMore, Resource: oneOrMore }));

/** What a statement for the operator in docs/security.md allows on tables, in lower case: `query hourlyusage`. */
export function permissionsOf(sid: string): string[] {
  const [, text = ''] = /```json\n(\[[^]*?\n\])\n```/.exec(readFileSync('docs/security.md', 'utf8')) ?? [];
  const { Action, Resource } = statements.parse(JSON.parse(text)).find(({ Sid }) => Sid === sid) ?? {
    Action: [],
    Resource: [],
  };
  const tables = Resource.map((resource) => resource.replace(/ .*/, ''));
  return Action.flatMap((action) => tables.map((table) => `${action.replace('dynamodb:', '')} ${table}`.toLowerCase()));
}
