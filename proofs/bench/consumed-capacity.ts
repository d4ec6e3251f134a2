import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MemoryDynamoDb } from '../../local/dynamodb/memory-dynamodb';

type Capacity = { ReadCapacityUnits?: number; WriteCapacityUnits?: number; CapacityUnits?: number };

/**
 * Asks DynamoDB what every command consumes (`ReturnConsumedCapacity: INDEXES`, so the index is in it) and adds it up.
 * The figures are DynamoDB's own; transactions count double, as they are billed. A write that is refused by its condition
 * is billed, too, but DynamoDB reports nothing of it: it counts as one unit, and as two for each item of a transaction,
 * because nothing here that is refused is larger.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export class ConsumedCapacity {
  writeUnits = 0;
  readUnits = 0;

  /** Counts every command that the client sends. */
  countClient(client: DynamoDBDocumentClient): void {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await this.#asking(args.input, () => next(args));
        this.#add(context.commandName ?? '', result.output);
        return result;
      },
      { step: 'initialize', priority: 'high' },
    );
  }

  /** A client of tables in memory whose commands are counted. */
  clientOf(dynamoDb: MemoryDynamoDb): DynamoDBDocumentClient {
    return dynamoDb.client(async (command) => {
      const output = await this.#asking(command.input, async () => dynamoDb.run(command));
      this.#add(command.constructor.name, output);
      return output;
    });
  }

  async #asking<Result>(input: unknown, send: () => Promise<Result>): Promise<Result> {
    Object.assign(input as object, { ReturnConsumedCapacity: 'INDEXES' });
    try {
      return await send();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) this.writeUnits += 1;
      if (error instanceof TransactionCanceledException)
        this.writeUnits += 2 * (error.CancellationReasons ?? []).length;
      throw error;
    }
  }

  #add(name: string, output: object): void {
    for (const units of consumedUnits(output)) {
      if (/Put|Update|TransactWrite/.test(name)) this.writeUnits += units;
      else this.readUnits += units;
    }
  }
}

function consumedUnits(output: object): number[] {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  const capacities = (Array.isArray(consumed) ? consumed : [consumed]) as (Capacity | undefined)[];
  return capacities.map(
    (capacity) => capacity?.WriteCapacityUnits ?? capacity?.ReadCapacityUnits ?? capacity?.CapacityUnits ?? 0,
  );
}
