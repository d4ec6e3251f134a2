import fc from 'fast-check';
import { MARK } from '../promises';
import { oddText } from './odd-values';

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
  const encoding = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) });
  const known = Object.entries(fields).map(([name, value]) => {
    const field = fc.tuple(fc.constant(name), value, encoding);
    return fc.oneof(
      { weight: 10, arbitrary: field.map((one) => [one]) },
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(field, { maxLength: 3 }) },
    );
  });
  const stranger = fc.tuple(oddText, oddText, encoding);
  const strangers = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(stranger, { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.constant(Array.from({ length: 300 }, (_, n): [string, string, number] => [`f${n}`, MARK, 0])),
    },
  );
  return fc.tuple(strangers, fc.boolean(), ...known).map(([first, reversed, ...rest]) => {
    const pairs = [...first, ...rest.flat()].map(([name, value, how]) => {
      const encode = ENCODINGS[how] ?? encodeURIComponent;
      return `${encode(name)}=${encode(value)}`;
    });
    return (reversed ? pairs.reverse() : pairs).join('&');
  });
}
