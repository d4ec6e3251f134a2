/** The functions whose failed batches can be redriven. A verb is the name of a function's folder. */
const STREAM_VERBS = ['aggregate-usage', 'publish-notices', 'meter-usage', 'refresh-entitlements'] as const;
export type StreamVerb = (typeof STREAM_VERBS)[number];

/**
 * The verb of a function. It is found by the logical id, which ends with the verb's name and CDK's hash, because long
 * physical names are truncated.
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
