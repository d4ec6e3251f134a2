import { NumberValue } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { decimalText, parseDecimal, type Decimal } from '../domain/decimal';
import { parseHour } from '../domain/hour';

/** Schemas of what the document client reads: its numbers come as `NumberValue`, the digits as text. */

// Comparing two generic signatures is how TypeScript tests identity.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
/** Whether two types are the same: the same members, none of them missing, none optional in one only. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* eslint-enable @typescript-eslint/no-unnecessary-type-parameters */

/**
 * Holds a schema to the type that it reads: it compiles only while both have the same fields and the same values. A field
 * or a word that one of them lacks would make stored items unreadable.
 */
export function reads<Type>() {
  return <Schema extends z.ZodType>(schema: Same<z.output<Schema>, Type> extends true ? Schema : never): Schema =>
    schema;
}

/** For a transform: `text` as a decimal, or an issue. */
export function toDecimal(text: string, context: z.RefinementCtx): Decimal {
  const value = parseDecimal(text);
  if (value !== undefined) return value;
  context.addIssue('not a decimal number within bounds');
  return z.NEVER;
}

/** A decimal written as text, every digit of it. */
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

/** A decimal as DynamoDB writes it, digit by digit. */
export function toStoredNumber(value: Decimal): NumberValue {
  return NumberValue.from(decimalText(value));
}
