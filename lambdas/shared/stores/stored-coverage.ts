import * as z from 'zod';
import type { Coverage } from '../domain/coverage';
import { decimalText } from '../domain/decimal';
import { decimalFromText, storedHour } from './stored-values';

/** A Coverage as one text of about fifty bytes a period. It is kept short because every covered hour writes it. */
export function toStoredCoverage({ activationHour, periods }: Coverage): string {
  const packed = [...periods].map(([from, { covered, amounts }]) => [
    from,
    decimalText(covered),
    amounts.map(({ since, amount, used }) => [Date.parse(since), decimalText(amount), decimalText(used)]),
  ]);
  return JSON.stringify([activationHour, packed]);
}

const time = z.int().transform((epochMs) => new Date(epochMs).toISOString());

const packedCoverage = z
  .tuple([
    storedHour,
    z.array(z.tuple([storedHour, decimalFromText, z.array(z.tuple([time, decimalFromText, decimalFromText]))])),
  ])
  .transform(([activationHour, packed]): Coverage => {
    const periods = packed.map(([from, covered, amounts]) => {
      const used = amounts.map(([since, amount, used]) => ({ since, amount, used }));
      return [from, { covered, amounts: used }] as const;
    });
    return { activationHour, periods: new Map(periods) };
  });

export const parsedCoverage = z.string().transform((text) => packedCoverage.parse(JSON.parse(text)));
