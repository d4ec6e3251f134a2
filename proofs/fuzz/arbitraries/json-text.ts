import fc from 'fast-check';
import { MARK } from '../promises';
import { oddNumberText, oddText, PROTOTYPE_NAMES, weighted } from './odd-values';

/**
 * JSON as text, because parsing removes much of what makes it hostile: repeated keys, `__proto__`, numbers beyond
 * JavaScript's, a truncated end.
 */
const deep = fc
  .tuple(
    fc.constantFrom(['[', ']'], ['{"a":', '}'], ['[{"a":', '}]']),
    fc.constantFrom(3, 3, 40, 40, 2_000, 12_000),
    fc.boolean(),
  )
  .map(([[open = '', close = ''], depth, closed]) => `${open.repeat(depth)}1${closed ? close.repeat(depth) : ''}`);

const text = oddText.map((value) => JSON.stringify(value));
/** Unescaped: raw lone surrogates and control characters. */
const rawText = oddText.map((value) => `"${value.replaceAll('"', '')}"`);
const wideTags = fc
  .constantFrom(6, 200, 3_000)
  .map((count) => `{${Array.from({ length: count }, (_, n) => `"${MARK}${n}":${n}`).join()}}`);

const scalar = weighted(
  [3, text],
  [3, oddNumberText],
  [2, fc.constantFrom('null', 'true', 'false', '[]', '{}', '[[]]', '', 'undefined', '"\\ud800"', '"\\u0000"')],
  [1, rawText],
);

const key = weighted([2, fc.constantFrom(...PROTOTYPE_NAMES)], [1, oddText]);

export const oddJson: fc.Arbitrary<string> = weighted(
  [8, scalar],
  [1, fc.array(scalar, { maxLength: 4 }).map((items) => `[${items.join()}]`)],
  [2, fc.array(fc.tuple(key, scalar), { maxLength: 4 }).map(toObjectText)],
  [1, deep],
  [1, wideTags],
);

/** As a value within valid JSON: invalid JSON becomes text. One value in thirty breaks the JSON anyway. */
export const oddJsonValue: fc.Arbitrary<string> = fc
  .tuple(oddJson, fc.nat({ max: 30 }))
  .map(([json, chance]) => (chance === 0 || isJson(json) ? json : JSON.stringify(json)));

export function isJson(json: string): boolean {
  try {
    return JSON.parse(json) !== undefined;
  } catch {
    return false;
  }
}

export type Member = [name: string, json: string];

export function toObjectText(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;
}

/** Members of an object with some missing, replaced, repeated and unknown. */
export function mutatedMembers(members: readonly Member[], oddValue: (name: string) => fc.Arbitrary<string>) {
  const each = members.map(([name, json]) => {
    const odd = oddValue(name);
    return weighted(
      [24, fc.constant<Member[]>([[name, json]])],
      [5, odd.map((value): Member[] => [[name, value]])],
      [1, fc.constant<Member[]>([])],
      [
        1,
        odd.map((value): Member[] => [
          [name, json],
          [name, value],
        ]),
      ],
    );
  });
  const stranger = fc.tuple(key, oddJsonValue).map((member): Member[] => [member]);
  const strangers = weighted([9, fc.constant<Member[]>([])], [1, stranger]);
  return fc.tuple(strangers, ...each).map((parts) => parts.flat());
}

/** The text, sometimes truncated or with random characters inserted. */
export function damaged(whole: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const damage = fc.tuple(whole, fc.nat(), oddText).map(([json, at, other]) => {
    const cut = json.length === 0 ? 0 : at % json.length;
    return at % 2 === 0 ? json.slice(0, cut) : json.slice(0, cut) + other + json.slice(cut);
  });
  return weighted([9, whole], [1, damage]);
}
