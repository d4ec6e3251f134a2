import { createHash } from 'node:crypto';
import type { SellerConfiguration } from './seller-configuration';

/**
 * Tells two configurations apart. The functions carry theirs in their bundles; whoever works on the same tables from
 * outside compares this with the stack's output before deciding anything by a file that may be another version.
 */
export function configurationDigest(configuration: SellerConfiguration): string {
  return createHash('sha256').update(JSON.stringify(configuration, inOrder)).digest('hex').slice(0, 16);
}

/** Whoever wrote the fields in another order means the same. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
