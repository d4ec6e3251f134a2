import { MAX_TAGS, TAG_KEY, TAG_VALUE } from './marketplace-limits';

/** Cost-allocation tags by key. Order means nothing: compare through `tagSetKey`. */
export type TagSet = Readonly<Record<string, string>>;

export const UNTAGGED: TagSet = {};

/** The same text for the same tags in any order; `''` for none. */
export function tagSetKey(tags: TagSet): string {
  const entries = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}

/** The tags whose key is allowed. What is dropped loses its tag, never its quantity. */
export function keepAllowedTags(tags: TagSet, allowedKeys: readonly string[]): TagSet {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => allowedKeys.includes(key)));
}

/** A sentence on what AWS would refuse in these tags, or undefined when it takes them. */
export function tagSetProblem(tags: TagSet): string | undefined {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) return `At most ${MAX_TAGS} tags; these are ${entries.length}.`;
  for (const [key, value] of entries) {
    if (!TAG_KEY.test(key)) return 'A tag key has 1 to 100 of the characters a-z A-Z 0-9 + - = . _ : / @ and space.';
    if (!TAG_VALUE.test(value))
      return `The value of tag "${key}" needs 1 to 256 of the characters a-z A-Z 0-9 + - = . _ : / @ and space.`;
  }
  return undefined;
}
