import type { AwsCall, PolicyGrant } from './aws-calls';

/** Whether a statement allows a call. One for some keys allows no call whose key is not known. */
export function allows({ action, resource, leadingKeys }: PolicyGrant, call: AwsCall): boolean {
  if (!matches(action, call.action) || !matches(resource, call.resource)) return false;
  const { keyspace } = call;
  return leadingKeys === undefined || (keyspace !== undefined && leadingKeys.some((key) => matches(key, keyspace)));
}

/** IAM's patterns: `*` stands for any text, `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${parts.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
