import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Template } from 'aws-cdk-lib/assertions';
import { aTemplate } from './synthesized';

/** Shows in a review which resources a change touches. It holds no promise: `promises.test.ts` does. */
it('synthesizes the same resources as before', () => {
  expect(fingerprints(aTemplate())).toMatchSnapshot();
});

/**
 * A line for each entry of the template: its id, its type and a hash of the rest. `npx cdk diff` shows what changed in
 * the entry. Asset hashes are left out, because they change with every edit of a function.
 */
function fingerprints(from: Template): unknown {
  const sections = Object.entries<Record<string, { Type?: string }>>(from.toJSON());
  return Object.fromEntries(
    sections.map(([section, entries]) => [
      section,
      Object.fromEntries(
        Object.entries(entries).map(([id, entry]) => [id, `${entry.Type ?? section} ${hashOf(entry)}`]),
      ),
    ]),
  );
}

function hashOf(entry: unknown): string {
  const text = JSON.stringify(entry, sortedKeys).replaceAll(/[0-9a-f]{64}/g, '<asset hash>');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function sortedKeys(_key: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
