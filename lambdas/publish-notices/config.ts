import * as z from 'zod';
import type { PublishNoticesEnv } from '../shared/contract/env';
import { parseEnvironment } from '../shared/runtime/function-config';

const env = {
  EVENT_BUS_NAME: z.string().min(1),
} satisfies Record<keyof PublishNoticesEnv, z.ZodType<string>>;

const schema = z.object(env);

export function loadConfig(environment: Readonly<Record<string, string | undefined>>): z.infer<typeof schema> {
  return parseEnvironment(schema, environment);
}
