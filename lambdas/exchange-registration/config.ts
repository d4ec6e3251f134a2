import * as z from 'zod';
import type { ExchangeRegistrationEnv } from '../shared/contract/env';
import { parseEnvironment } from '../shared/runtime/function-config';

const env = {
  SUBSCRIPTIONS_TABLE_NAME: z.string().min(1),
  REGISTRATIONS_TABLE_NAME: z.string().min(1),
} satisfies Record<keyof ExchangeRegistrationEnv, z.ZodType<string>>;

const schema = z.object(env);

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): z.infer<typeof schema> {
  return parseEnvironment(schema, environment);
}
