import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { startEmbeddedDynamoDb, type DynamoDbServer } from '../../local/dynamodb/wire/server';
import { tableDesign } from '../local/dynamodb/a-table';
import { comparable } from './both-engines';
import { command } from './generated-commands';
import { onTable, send, type WireCommand } from '../local/dynamodb/wire-client';

const local = process.env.TEST_DYNAMODB_ENDPOINT ?? '';
const RUNS = 150;
/** A difference found by chance would fail a change that has nothing to do with it: `SEED=2` tries others. */
const SEED = Number(process.env.SEED ?? 1);
const COMMANDS_A_RUN = 30;

let embedded: DynamoDbServer;

beforeAll(async () => {
  embedded = await startEmbeddedDynamoDb();
});
afterAll(async () => embedded.stop());

describe('The embedded DynamoDB', () => {
  it('answers generated commands as DynamoDB Local does, and holds the same items after them', async () => {
    const commands = fc.array(command, { minLength: COMMANDS_A_RUN, maxLength: COMMANDS_A_RUN });
    await fc.assert(
      fc.asyncProperty(commands, async (each) => {
        const table = `compared-${randomUUID()}`;
        const onBoth = async (asked: WireCommand) => Promise.all([send(embedded.endpoint, asked), send(local, asked)]);
        await onBoth({ operation: 'CreateTable', input: tableDesign(table) });
        for (const asked of [...each, EVERYTHING].map((one) => onTable(table, one))) {
          const [ours, theirs] = await onBoth(asked);
          const seen = { asked, ours, theirs };
          expect({ ...seen, is: comparable(asked, ours, theirs) }).toEqual({
            ...seen,
            is: comparable(asked, theirs, ours),
          });
        }
        await onBoth(onTable(table, { operation: 'DeleteTable', input: {} }));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  }, 600_000);
});

/** What the table holds at the end. */
const EVERYTHING: WireCommand = { operation: 'Scan', input: { ConsistentRead: true } };
