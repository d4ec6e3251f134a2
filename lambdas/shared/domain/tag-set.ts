import { MAX_TAGS, TAG_KEY, TAG_VALUE } from './marketplace-limits';

/** Cost-allocation tags by key. Their order has no meaning: compare tag sets by `tagSetKey`. */
export type TagSet = Readonly<Record<string, string>>;

export const UNTAGGED: TagSet = {};

/** The same text for the same tags in any order; `''` for none. */
export function tagSetKey(tags: TagSet): string {
  const entries = Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? '' : JSON.stringify(entries);
}

/** The tags with allowed keys. Usage under other keys loses the tag, but never its quantity. */
export function keepAllowedTags(tags: TagSet, allowedKeys: readonly string[]): TagSet {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => allowedKeys.includes(key)));
}

/** A sentence that says why AWS would refuse these tags; undefined when AWS accepts them. */
export function tagSetProblem(tags: TagSet): string | undefined {
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS) return `Use at most ${MAX_TAGS} tags; these are ${entries.length}.`;
  for (const [key, value] of entries) {
    if (!TAG_KEY.test(key))
      return 'A tag key must have 1 to 100 of the characters a-z A-Z 0-9 + - = . _ : / @ and space.';
    if (!TAG_VALUE.test(value))
      return `The value of tag "${key}" must have 1 to 256 of the characters a-z A-Z 0-9 + - = . _ : / @ and space.`;
  }
  return undefined;
}
