import { NumberValue } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decimalText, parseDecimal, type Decimal } from '../domain/decimal';
import { parseHour } from '../domain/hour';

/** Schemas of values that the document client reads. It reads numbers as `NumberValue`, with every digit. */

// TypeScript tests types for identity only when it compares two generic signatures.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
/** Whether two types are identical: the same members, and each optional in both or in neither. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/**
 * Ties a schema to the type that it reads: the call compiles only while both have the same fields and values. A field
 * or value that the schema lacks would make stored items unreadable.
 */
export function reads<Type>() {
  return <Schema extends z.ZodType>(schema: Same<z.output<Schema>, Type> extends true ? Schema : never): Schema =>
    schema;
}

/** A Zod transform from text to a decimal. */
export function toDecimal(text: string, context: z.RefinementCtx): Decimal {
  const value = parseDecimal(text);
  if (value !== undefined) return value;
  context.addIssue('not a decimal number within bounds');
  return z.NEVER;
}

/** A decimal stored as text with every digit. */
export const decimalFromText = z.string().transform(toDecimal);

export const storedDecimal = z
  .instanceof(NumberValue)
  .transform((number, context) => toDecimal(number.toString(), context));

export const storedInteger = z.instanceof(NumberValue).transform((number) => Number(number.toString()));

export const storedHour = z.string().transform((text, context) => {
  const hour = parseHour(text);
  if (hour !== undefined) return hour;
  context.addIssue('not an hour like 2026-11-23T05');
  return z.NEVER;
});

/** A decimal as a DynamoDB number with every digit. */
export function toStoredNumber(value: Decimal): NumberValue {
  return NumberValue.from(decimalText(value));
}
