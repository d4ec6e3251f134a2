import * as z from 'zod';
import { parseSellerConfiguration } from '../contract/seller-configuration';

/** The seller's configuration as `lib/` bakes it into the bundle: JSON. */
export const bakedSellerConfiguration = z.string().transform((text, context) => {
  try {
    return parseSellerConfiguration(JSON.parse(text));
  } catch (error) {
    context.addIssue(error instanceof Error ? error.message : 'not JSON');
    return z.NEVER;
  }
});

/**
 * Reads a function's environment.
 * @throws Error that lists everything that is missing or wrong, at once.
 */
export function parseEnvironment<Config>(
  schema: z.ZodType<Config>,
  env: Readonly<Record<string, string | undefined>>,
): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`The function's environment is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
