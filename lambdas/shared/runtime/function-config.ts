import * as z from 'zod';
import type { FrontDoorEnv } from '../contract/env';
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

/** Of a function that browsers call. Empty would let everybody in who sends nothing. */
export const frontDoorEnv = {
  FRONT_DOOR_SECRET: z.string().min(32).optional(),
} satisfies Record<keyof FrontDoorEnv, z.ZodType<string | undefined>>;

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
