import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient, TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { MemoryDynamoDb } from '../../local/dynamodb/memory-dynamodb';

type Capacity = {
  TableName?: string;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
  CapacityUnits?: number;
};

export interface Units {
  writeUnits: number;
  readUnits: number;
}

/** Units of all tables, and those of UsageTallies among them, whose class has other prices. */
export interface UnitsByClass extends Units {
  tallies: Units;
}

/**
 * Asks DynamoDB what every command consumes (`ReturnConsumedCapacity: INDEXES`, so the index is in it) and adds it up.
 * The figures are DynamoDB's own; transactions count double, as they are billed. A write that is refused by its condition
 * is billed, too, but DynamoDB reports nothing of it: it counts as one unit, and as two for each item of a transaction,
 * because nothing here that is refused is larger.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export class ConsumedCapacity implements UnitsByClass {
  writeUnits = 0;
  readUnits = 0;
  readonly tallies: Units = { writeUnits: 0, readUnits: 0 };

  constructor(private readonly talliesTable: string) {}

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
      if (error instanceof ConditionalCheckFailedException) this.#count('writeUnits', 1, input as Part);
      if (error instanceof TransactionCanceledException)
        for (const part of (input as TransactWriteCommandInput).TransactItems ?? [])
          this.#count('writeUnits', 2, part.Put ?? part.Update ?? part.ConditionCheck);
      throw error;
    }
  }

  #add(name: string, output: object): void {
    const kind = /Put|Update|TransactWrite/.test(name) ? 'writeUnits' : 'readUnits';
    for (const capacity of consumedBy(output)) {
      const units = capacity.WriteCapacityUnits ?? capacity.ReadCapacityUnits ?? capacity.CapacityUnits ?? 0;
      this.#count(kind, units, capacity);
    }
  }

  #count(kind: keyof Units, units: number, { TableName }: Part = {}): void {
    this[kind] += units;
    if (TableName === this.talliesTable) this.tallies[kind] += units;
  }
}

type Part = { TableName?: string | undefined };

function consumedBy(output: object): Capacity[] {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  return [consumed].flat().filter((each) => each !== undefined) as Capacity[];
}
