import * as z from 'zod';
import type { RegisterSubscriptionEnv } from '../shared/contract/env';
import { bakedSellerConfiguration, frontDoorEnv, parseEnvironment } from '../shared/runtime/function-config';

const env = {
  SUBSCRIPTIONS_TABLE_NAME: z.string().min(1),
  REGISTRATIONS_TABLE_NAME: z.string().min(1),
  NOTICES_TABLE_NAME: z.string().min(1),
} satisfies Record<keyof RegisterSubscriptionEnv, z.ZodType<string>>;

const schema = z.object({ ...env, ...frontDoorEnv, SELLER_CONFIGURATION: bakedSellerConfiguration });

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): z.infer<typeof schema> {
  return parseEnvironment(schema, environment);
}
