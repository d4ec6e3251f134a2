import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Command } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';

/**
 * The tables in memory are never behind; DynamoDB is, for whoever does not ask for a strongly consistent read. Only an
 * index cannot be asked: what it shows is read again before anything is decided.
 */
export function watchRead({ books }: MemoryWorld, command: Command): void {
  books.require(isConsistent(command), 'consistentRead', () => `${command.constructor.name} may show the past`);
}

function isConsistent(command: Command): boolean {
  if (command instanceof GetCommand) return command.input.ConsistentRead === true;
  if (command instanceof QueryCommand)
    return command.input.IndexName !== undefined || command.input.ConsistentRead === true;
  if (!(command instanceof BatchGetCommand)) return true;
  return Object.values(command.input.RequestItems ?? {}).every(({ ConsistentRead }) => ConsistentRead === true);
}
