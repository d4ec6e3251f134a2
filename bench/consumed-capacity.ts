import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Capacity = { WriteCapacityUnits?: number; CapacityUnits?: number };

/**
 * Asks DynamoDB what every write consumes (`ReturnConsumedCapacity: INDEXES`, so the index is in it) and adds it up by
 * the name of the command. It is DynamoDB's own figure, transactions counted double as they are billed.
 */
export class ConsumedCapacity {
  readonly units = new Map<string, number>();

  constructor(client: DynamoDBDocumentClient) {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const commandName = context.commandName ?? '';
        if (!/Put|Update|TransactWrite/.test(commandName)) return next(args);
        Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const result = await next(args);
        this.#add(commandName, result.output);
        return result;
      },
      { step: 'initialize', priority: 'high' },
    );
  }

  get total(): number {
    return [...this.units.values()].reduce((total, units) => total + units, 0);
  }

  #add(commandName: string, output: object): void {
    const consumed = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
    const capacities = (Array.isArray(consumed) ? consumed : [consumed]) as (Capacity | undefined)[];
    for (const capacity of capacities) {
      const units = capacity?.WriteCapacityUnits ?? capacity?.CapacityUnits ?? 0;
      this.units.set(commandName, (this.units.get(commandName) ?? 0) + units);
    }
  }
}
