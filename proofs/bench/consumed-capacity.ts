import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Capacity = { ReadCapacityUnits?: number; WriteCapacityUnits?: number; CapacityUnits?: number };

/**
 * Asks DynamoDB what every command consumes (`ReturnConsumedCapacity: INDEXES`, so the index is in it) and adds it up.
 * The figures are DynamoDB's own; transactions count double, as they are billed.
 */
export class ConsumedCapacity {
  writeUnits = 0;
  readUnits = 0;

  constructor(client: DynamoDBDocumentClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const result = await next(args);
        for (const units of consumedUnits(result.output)) {
          if (/Put|Update|TransactWrite/.test(context.commandName ?? '')) this.writeUnits += units;
          else this.readUnits += units;
        }
        return result;
      },
      { step: 'initialize', priority: 'high' },
    );
  }
}

function consumedUnits(output: object): number[] {
  const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  const capacities = (Array.isArray(consumed) ? consumed : [consumed]) as (Capacity | undefined)[];
  return capacities.map(
    (capacity) => capacity?.WriteCapacityUnits ?? capacity?.ReadCapacityUnits ?? capacity?.CapacityUnits ?? 0,
  );
}
