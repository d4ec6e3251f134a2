import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Command } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';

/**
 * The tables in memory are always current, but DynamoDB may be outdated unless a read is strongly consistent. An index
 * allows no such read, so functions read its items again before they decide.
 */
export function watchRead({ books }: MemoryWorld, command: Command): void {
  books.require(
    isConsistent(command),
    'consistentRead',
    () => `${command.constructor.name} is not strongly consistent`,
  );
}

function isConsistent(command: Command): boolean {
  if (command instanceof GetCommand) return command.input.ConsistentRead === true;
  if (command instanceof QueryCommand)
    return command.input.IndexName !== undefined || command.input.ConsistentRead === true;
  if (!(command instanceof BatchGetCommand)) return true;
  return Object.values(command.input.RequestItems ?? {}).every(({ ConsistentRead }) => ConsistentRead === true);
}
