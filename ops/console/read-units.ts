import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';

/** The read units that a piece of work has consumed so far. */
export interface ReadUnits {
  count: number;
}

const current = new AsyncLocalStorage<ReadUnits>();

/** Counts what the work reads through a client of `measure`, whoever else reads at the same time. */
export const countingInto = <Result>(units: ReadUnits, work: () => Result): Result => current.run(units, work);

const capacity = z.object({ CapacityUnits: z.number() });
const answered = z.object({
  output: z.object({ ConsumedCapacity: z.union([capacity.transform((one) => [one]), z.array(capacity)]) }),
});

/** Makes DynamoDB say what each read costs. Only the console does: it writes nothing, so that all units are of reads. */
export function measure(client: DynamoDBDocumentClient): void {
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        // DescribeTable consumes nothing, and takes no such parameter.
        if (commandName?.startsWith('Describe')) return next(args);
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const units = current.getStore();
        const parsed = answered.safeParse(answer);
        if (units !== undefined && parsed.success)
          for (const { CapacityUnits } of parsed.data.output.ConsumedCapacity) units.count += CapacityUnits;
        return answer;
      },
    { step: 'initialize', name: 'countReadUnits', override: true },
  );
}
