import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { createDependencies } from '../../lambdas/record-usage/dependencies';
import { recordUsage } from '../../lambdas/record-usage/record-usage';
import { documentClientOf } from '../../lambdas/shared/runtime/dynamodb-client';
import { subscriptionKey } from '../../lambdas/shared/stores/subscriptions';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { createDesignedTable } from '../../local/stack/designed-table';
import { aSellerConfiguration, aSubscription } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { MemoryTables } from '../stand-ins/memory-tables';
import { BENCH_PRODUCT, noteFailure } from './bench-product';
import { HOUR_START_MS } from './usage-path';

const EVENTS = 100;
const WARM_UP = 30;
const REQUESTS = 50;

/**
 * The processor time in milliseconds of a warm request of 100 events: the function, the SDK and the sockets, without the
 * database, which runs in another process. It depends on the machine.
 */
export async function measureIntakeTime(): Promise<number> {
  const server = fork(resolve(import.meta.dirname, 'dynamodb-process.ts'));
  try {
    const [message]: unknown[] = await once(server, 'message');
    return await timeOf(z.string().parse(message));
  } finally {
    server.disconnect();
  }
}

async function timeOf(endpoint: string): Promise<number> {
  const credentials = { accessKeyId: 'b', secretAccessKey: 'b' };
  const dynamodb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const client = documentClientOf(dynamodb);
  const tables = {
    ...TABLE_NAMES,
    subscriptions: await createDesignedTable(dynamodb, 'subscriptions'),
    usageEvents: await createDesignedTable(dynamodb, 'usageEvents'),
  };
  const subscription = aSubscription({ productCode: BENCH_PRODUCT.productCode });
  const { subscriptionId } = subscription;
  const Item = { ...subscriptionKey(subscriptionId), ...subscription };
  await client.send(new PutCommand({ TableName: tables.subscriptions, Item }));
  const ports = { ...memoryPorts(new MemoryTables(), { nowMs: HOUR_START_MS + 60_000 }), client, noteFailure };
  const configuration = aSellerConfiguration({ products: [BENCH_PRODUCT] });
  const deps = createDependencies(ports, { tables, configuration });
  const request = async () => {
    const events = Array.from({ length: EVENTS }, () => ({
      id: randomUUID(),
      subscriptionId,
      dimension: 'events',
      quantity: 1.5,
      time: new Date(HOUR_START_MS).toISOString(),
    }));
    const results = await recordUsage({ contentType: 'application/json', body: JSON.stringify(events) }, deps);
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    if (accepted !== EVENTS) throw new Error('Not every event was accepted, so the measurement would be wrong.');
  };
  for (let n = 0; n < WARM_UP; n += 1) await request();
  const before = process.cpuUsage();
  for (let n = 0; n < REQUESTS; n += 1) await request();
  const { user, system } = process.cpuUsage(before);
  dynamodb.destroy();
  return (user + system) / 1000 / REQUESTS;
}
