import * as z from 'zod';
import type { DescribeSubscriptionEnv } from '../shared/contract/env';
import { bakedSellerConfiguration, parseEnvironment } from '../shared/runtime/function-config';

const env = {
  SUBSCRIPTIONS_TABLE_NAME: z.string().min(1),
  USAGE_TALLIES_TABLE_NAME: z.string().min(1),
  HOURLY_USAGE_TABLE_NAME: z.string().min(1),
} satisfies Record<keyof DescribeSubscriptionEnv, z.ZodType<string>>;

const schema = z.object({ ...env, SELLER_CONFIGURATION: bakedSellerConfiguration });

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): z.infer<typeof schema> {
  return parseEnvironment(schema, environment);
}
