import { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Command } from '../../../../local/dynamodb/memory-dynamodb';
import type { MemoryWorld } from '../memory-engine';
import type { Invocation } from '../scheduler';

/**
 * The tables in memory are always current, but DynamoDB may be outdated unless a read is strongly consistent. An index
 * allows no such read, so functions read its items again before they decide. Intake may glance at subscriptions, because
 * it refuses nothing by that.
 */
export function watchRead({ books }: MemoryWorld, command: Command, { name }: Invocation): void {
  books.require(
    isConsistent(command) || (name === 'record-usage' && isGlance(command)),
    'consistentRead',
    () => `${command.constructor.name} of ${name} is not strongly consistent`,
  );
}

/** Whether the command reads subscriptions with eventual consistency. */
export function isGlance(command: Command): command is BatchGetCommand {
  if (!(command instanceof BatchGetCommand) || isConsistent(command)) return false;
  return Object.entries(command.input.RequestItems ?? {}).every(
    ([table, { Keys = [] }]) => table === 'subscriptions' && Keys.every(({ sk }) => sk === 'subscription'),
  );
}

function isConsistent(command: Command): boolean {
  if (command instanceof GetCommand) return command.input.ConsistentRead === true;
  if (command instanceof QueryCommand)
    return command.input.IndexName !== undefined || command.input.ConsistentRead === true;
  if (!(command instanceof BatchGetCommand)) return true;
  return Object.values(command.input.RequestItems ?? {}).every(({ ConsistentRead }) => ConsistentRead === true);
}
