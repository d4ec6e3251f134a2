import * as z from 'zod';
import type { AggregateUsageEnv } from '../shared/contract/env';
import { bakedSellerConfiguration, parseEnvironment } from '../shared/runtime/function-config';

const env = {
  USAGE_TALLIES_TABLE_NAME: z.string().min(1),
  HOURLY_USAGE_TABLE_NAME: z.string().min(1),
  NOTICES_TABLE_NAME: z.string().min(1),
} satisfies Record<keyof AggregateUsageEnv, z.ZodType<string>>;

const schema = z.object({ ...env, SELLER_CONFIGURATION: bakedSellerConfiguration });

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): z.infer<typeof schema> {
  return parseEnvironment(schema, environment);
}
