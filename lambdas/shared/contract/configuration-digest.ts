import { createHash } from 'node:crypto';
import type { ParsedConfiguration } from './seller-configuration';

/**
 * Identifies a configuration. The functions have theirs in their bundles. A tool that works on the same tables compares
 * the digest of its own file with the stack's output, because the file may be another version.
 */
export function configurationDigest(configuration: ParsedConfiguration): string {
  return createHash('sha256').update(JSON.stringify(configuration, inOrder)).digest('hex').slice(0, 16);
}

/** Sorts fields, so that their order in the file does not matter. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
