import type * as z from 'zod';

/** `format` is enough. Zod's pattern covers leap years and helps no reader. */
export function withoutLongPattern({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
