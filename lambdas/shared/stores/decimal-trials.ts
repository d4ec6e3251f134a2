import { GetCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DecimalTrial, Halt } from '../domain/decimal-trial';
import { updateIf } from './conditional-writes';
import type { Database } from './database';
import { storedInteger } from './stored-values';

/**
 * The trial of each product's decimals: items `decimals` of the HourlyUsage table, by product code. The table and AWS's
 * metering are in one region, so what is stored holds for that region only.
 */
export interface DecimalTrialStore {
  /** Strongly consistent. */
  get(productCode: string): Promise<DecimalTrial>;
  /** Claims the only call that may be in flight while nothing is proven. @returns false while another claim holds. */
  claimProbe(productCode: string, claim: { id: string; nowMs: number; untilMs: number }): Promise<boolean>;
  /** Ends a claim after a certain answer that says nothing about decimals. */
  releaseProbe(productCode: string, id: string): Promise<void>;
  /** An answer agreed with the record that this claim allowed. Does nothing once the claim has expired. */
  prove(productCode: string, id: string): Promise<void>;
  /** Stops all decimal records of the product. A refusal says nothing about decimals that are already proven. */
  halt(productCode: string, halt: Halt): Promise<void>;
  /** Ends a halt: the next decimal record is a probe again. */
  resume(productCode: string): Promise<void>;
}

const PARTITION = 'decimals';

const probe = z.object({ probeId: z.string(), probeUntil: storedInteger });
const trialItem = z.discriminatedUnion('state', [
  z.object({ state: z.literal('proven') }),
  z.object({
    state: z.literal('halted'),
    reason: z.enum(['echoDiffers', 'refused', 'operator']),
    haltedAt: storedInteger,
    evidence: z.string().optional(),
  }),
]);

export class DynamoDbDecimalTrialStore implements DecimalTrialStore {
  constructor(private readonly database: Database<'hourlyUsage'>) {}

  async get(productCode: string): Promise<DecimalTrial> {
    const { client, tables } = this.database;
    const Key = { pk: PARTITION, sk: productCode };
    const { Item } = await client.send(new GetCommand({ TableName: tables.hourlyUsage, Key, ConsistentRead: true }));
    if (Item?.state === undefined) {
      const { success, data } = probe.safeParse(Item);
      return { state: 'unproven', ...(success && { probe: { id: data.probeId, untilMs: data.probeUntil } }) };
    }
    const trial = trialItem.parse(Item);
    if (trial.state === 'proven') return trial;
    const { haltedAt: atMs, ...halt } = trial;
    return { ...halt, atMs };
  }

  async claimProbe(
    productCode: string,
    { id, nowMs, untilMs }: { id: string; nowMs: number; untilMs: number },
  ): Promise<boolean> {
    return this.#update(productCode, {
      UpdateExpression: 'SET probeId = :id, probeUntil = :until',
      // The SDK repeats a write whose answer is lost: a run's own claim does not stand in its way.
      ConditionExpression:
        'attribute_not_exists(#state) AND (attribute_not_exists(probeId) OR probeUntil <= :now OR probeId = :id)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':id': id, ':until': untilMs, ':now': nowMs },
    });
  }

  async releaseProbe(productCode: string, id: string): Promise<void> {
    await this.#update(productCode, {
      UpdateExpression: 'REMOVE probeId, probeUntil',
      ConditionExpression: 'probeId = :id',
      ExpressionAttributeValues: { ':id': id },
    });
  }

  async prove(productCode: string, id: string): Promise<void> {
    await this.#update(productCode, {
      UpdateExpression: 'SET #state = :proven REMOVE probeId, probeUntil',
      ConditionExpression: 'attribute_not_exists(#state) AND probeId = :id',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':proven': 'proven', ':id': id },
    });
  }

  async halt(productCode: string, { reason, atMs, evidence }: Halt): Promise<void> {
    const isRefusal = reason === 'refused';
    await this.#update(productCode, {
      UpdateExpression: `SET #state = :halted, reason = :reason, haltedAt = :at${
        evidence === undefined ? '' : ', evidence = :evidence'
      } REMOVE probeId, probeUntil${evidence === undefined ? ', evidence' : ''}`,
      ...(isRefusal && { ConditionExpression: 'attribute_not_exists(#state) OR #state <> :proven' }),
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':halted': 'halted',
        ':reason': reason,
        ':at': atMs,
        ...(evidence !== undefined && { ':evidence': evidence }),
        ...(isRefusal && { ':proven': 'proven' }),
      },
    });
  }

  async resume(productCode: string): Promise<void> {
    await this.#update(productCode, {
      UpdateExpression: 'REMOVE #state, reason, haltedAt, evidence',
      ConditionExpression: '#state = :halted',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':halted': 'halted' },
    });
  }

  /** @returns whether the condition held. */
  async #update(productCode: string, update: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<boolean> {
    const Key = { pk: PARTITION, sk: productCode };
    return (await updateIf(this.database, { TableName: this.database.tables.hourlyUsage, Key, ...update })).held;
  }
}
