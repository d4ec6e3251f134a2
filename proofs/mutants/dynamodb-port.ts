import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { TABLE_VARIABLES } from '../../lambdas/shared/contract/functions';
import type { TableName } from '../../lambdas/shared/contract/tables';
import type { Seam } from './mutant';
import { onCondition } from './on-condition';

/** Puts into the table pass without their condition, alone and in transactions. */
export function unconditionalPuts(table: TableName): Seam[] {
  const isPut = (put: { TableName: string | undefined } | undefined) => put?.TableName === nameOf(table);
  return atDynamoDb((command) => {
    if (command instanceof PutCommand && isPut(command.input))
      return new PutCommand(onCondition(undefined, command.input));
    if (!(command instanceof TransactWriteCommand)) return undefined;
    const { TransactItems = [] } = command.input;
    if (!TransactItems.some(({ Put }) => isPut(Put))) return undefined;
    const parts = TransactItems.map((part) =>
      part.Put !== undefined && isPut(part.Put) ? { Put: onCondition(undefined, part.Put) } : part,
    );
    return new TransactWriteCommand({ ...command.input, TransactItems: parts });
  });
}

/** Reads of the table may show its state of a moment ago. */
export function inconsistentReads(table: TableName): Seam[] {
  const late = { ConsistentRead: false };
  return atDynamoDb((command) => {
    const TableName = nameOf(table);
    if (command instanceof BatchGetCommand) {
      const { [TableName]: keys, ...others } = command.input.RequestItems ?? {};
      return (
        keys &&
        new BatchGetCommand({ ...command.input, RequestItems: { ...others, [TableName]: { ...keys, ...late } } })
      );
    }
    if (command instanceof QueryCommand && command.input.TableName === TableName)
      return new QueryCommand({ ...command.input, ...late });
    if (command instanceof GetCommand && command.input.TableName === TableName)
      return new GetCommand({ ...command.input, ...late });
    return undefined;
  });
}

/** Every query is taken to have one page. */
export function firstPagesOnly(): Seam[] {
  return atDynamoDb(
    (command) => (command instanceof QueryCommand ? command : undefined),
    ({ LastEvaluatedKey: _, ...page }) => page,
  );
}

/** A deployed function knows its tables by physical name; the simulation names them after their designs. */
function nameOf(table: TableName): string {
  return process.env[TABLE_VARIABLES[table]] ?? table;
}

type Connect = (...args: unknown[]) => DynamoDBDocumentClient;

type Output = Record<string, unknown>;

/**
 * @param change - returns the command to send instead; undefined: the command is sent unchanged
 * @param read - changes the answer to such a command
 */
function atDynamoDb(change: (command: unknown) => unknown, read = (output: Output): Output => output): Seam[] {
  const replace = (connect: unknown, applied: () => void) =>
    function (...args: unknown[]): DynamoDBDocumentClient {
      const client = (connect as Connect)(...args);
      const send = (command: unknown, ...rest: unknown[]): unknown => {
        const changed = change(command);
        if (changed !== undefined) applied();
        const answer: unknown = Reflect.apply(client.send, client, [changed ?? command, ...rest]);
        return changed === undefined ? answer : (answer as Promise<Output>).then(read);
      };
      return Object.assign(Object.create(client) as DynamoDBDocumentClient, { send });
    };
  return [
    { kind: 'export', module: 'proofs/simulation/memory/ports/store-port', name: 'storeClient', replace },
    { kind: 'export', module: 'lambdas/shared/runtime/dynamodb-client', name: 'createDocumentClient', replace },
  ];
}
