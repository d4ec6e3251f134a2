import { beforeAll } from 'vitest';
import * as z from 'zod';
import type { Installation } from '../../../ops/installation/installation';
import { OPERATOR_POLICIES } from '../../lib/promises/operator-policies';

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

/** What a policy for operators allows on tables, in lower case: `query hourlyusage`. */
export function permissionsOf(policy: string): string[] {
  return [OPERATOR_POLICIES.lines[policy] ?? []].flat().flatMap((line) => {
    const [, actions = '', resources = ''] = /^Allow (dynamodb:.*?) on (.*?)(?: if .*)?$/.exec(line) ?? [];
    const tables = resources.split(', ').map((resource) => resource.replace(/Table\b|\/.*/g, ''));
    return actions
      .split(', ')
      .flatMap((action) => tables.map((table) => `${action.replace('dynamodb:', '')} ${table}`.toLowerCase()));
  });
}
