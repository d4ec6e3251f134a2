/** The functions whose failed batches can be fed in again; the verb is the function's folder. */
export const STREAM_VERBS = ['aggregate-usage', 'publish-notices', 'meter-usage', 'refresh-entitlements'] as const;
export type StreamVerb = (typeof STREAM_VERBS)[number];

/**
 * The verb of a function by its logical id in the template, which ends with the verb's name and CDK's hash; a physical
 * name is cut off where it gets too long.
 */
export function verbOf(functionName: string, functions: ReadonlyMap<string, string>): StreamVerb | undefined {
  const id = functions.get(functionName)?.replace(/[0-9A-F]{8}$/, '');
  return STREAM_VERBS.find((verb) => id?.endsWith(pascalCase(verb)));
}

function pascalCase(verb: string): string {
  return verb
    .split('-')
    .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
}
