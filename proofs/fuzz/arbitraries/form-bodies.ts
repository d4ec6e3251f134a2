import fc from 'fast-check';
import { MARK } from '../promises';
import { oddText, weighted } from './odd-values';

type Encoding = (text: string) => string;
const ENCODINGS: readonly Encoding[] = [
  (text) => encodeURIComponent(text.toWellFormed()),
  (text) => encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+').toLowerCase(),
  // Without any encoding.
  (text) => text,
  (text) => `%${text}%ff%zz`,
];

/** A form whose fields are in any order, some missing, repeated or unknown, correctly or wrongly encoded. */
export function formBody(fields: Readonly<Record<string, fc.Arbitrary<string>>>): fc.Arbitrary<string> {
  const encoding = weighted([9, fc.constant(0)], [1, fc.nat({ max: 3 })]);
  const known = Object.entries(fields).map(([name, value]) => {
    const field = fc.tuple(fc.constant(name), value, encoding);
    return weighted([10, field.map((one) => [one])], [1, fc.constant([])], [2, fc.array(field, { maxLength: 3 })]);
  });
  const stranger = fc.tuple(oddText, oddText, encoding);
  const strangers = weighted(
    [4, fc.constant([])],
    [1, fc.array(stranger, { maxLength: 3 })],
    [1, fc.constant(Array.from({ length: 300 }, (_, n): [string, string, number] => [`f${n}`, MARK, 0]))],
  );
  return fc.tuple(strangers, fc.boolean(), ...known).map(([first, reversed, ...rest]) => {
    const pairs = [...first, ...rest.flat()].map(([name, value, how]) => {
      const encode = ENCODINGS[how] ?? encodeURIComponent;
      return `${encode(name)}=${encode(value)}`;
    });
    return (reversed ? pairs.reverse() : pairs).join('&');
  });
}
