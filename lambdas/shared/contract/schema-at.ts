import * as z from 'zod';

type Schema = z.core.$ZodType;

/** The schema of the field at a path of the input, without what makes it optional; undefined where there is none. */
export function schemaAt(root: Schema, path: readonly PropertyKey[]): Schema | undefined {
  let schema: Schema | undefined = bare(root);
  for (const key of path) {
    if (schema instanceof z.ZodObject) schema = bare((schema.shape as z.ZodRawShape)[String(key)]);
    else if (schema instanceof z.ZodArray) schema = bare(schema.element);
    else return undefined;
  }
  return schema;
}

function bare(schema: Schema | undefined): Schema | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return bare(schema.unwrap());
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return bare(schema.unwrap());
  return schema;
}

/** The names of an object's fields, of all forms that it may have. */
export function fieldsOf(schema: Schema | undefined): string[] {
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap((option) => fieldsOf(bare(option))))];
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** `a whole number from 1 to 50`; undefined when the schema is no number with limits. */
export function limitsOf(schema: Schema | undefined): string | undefined {
  if (!(schema instanceof z.ZodNumber)) return undefined;
  const { minValue: from, maxValue: to, format } = schema;
  if (from === null || to === null) return undefined;
  return `${format === null ? 'a number' : 'a whole number'} from ${from} to ${to}`;
}
