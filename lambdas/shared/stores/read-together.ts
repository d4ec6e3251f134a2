import DataLoader from 'dataloader';
import { BATCH_GET_MAX, getBatch, type ItemKey } from './batch-get';
import type { Reading, ReadItem } from './read-item';

/** Reads that begin at the same time share a BatchGetItem of up to 100 keys. Each read is as consistent as alone. */
export function readTogether(database: Reading): ReadItem {
  const loader = new DataLoader<ItemKey, unknown, string>(
    async (keys) => {
      const distinct = new Map(keys.map((key) => [nameOf(key), key]));
      const items = await getBatch([...distinct.values()], database);
      const byName = new Map(items.map((item) => [nameOf(item), item]));
      return keys.map((key) => byName.get(nameOf(key)));
    },
    { cache: false, maxBatchSize: BATCH_GET_MAX },
  );
  return (key) => loader.load(key);
}

function nameOf({ pk, sk }: Record<string, unknown>): string {
  return JSON.stringify([pk, sk]);
}
