import fc from 'fast-check';
import { MARK } from '../promises';
import { damaged, mutatedMembers, oddJson, oddJsonValue, toObjectText, type Member } from './json-text';
import { oddId, oddNumberText, oddTime, weighted } from './odd-values';

/** One element of the body of POST /usage. */
interface UsageElement {
  json: string;
  /** Set for a valid element: it must be accepted, with this quantity. */
  good?: { id: string; quantity: string };
}

export interface UsageBody {
  text: string;
  elements: UsageElement[];
  /** The body is these elements and nothing else. */
  whole: boolean;
}

/** The subscriptions of a case; `stranger` does not exist. */
export const SUBSCRIPTION_IDS = {
  active: 's-active',
  ended: 's-ended',
  contract: 's-contract',
  stranger: 's-stranger',
};

const text = (value: string) => JSON.stringify(value);
const quantityText = fc
  .tuple(fc.nat({ max: 2_000_000_000 }), fc.nat({ max: 999_999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(9, '0')}1`);

const usual: Member[] = [
  ['subscriptionId', text(SUBSCRIPTION_IDS.active)],
  ['dimension', '"requests"'],
  ['time', '"2026-03-10T12:00:00Z"'],
  ['tags', '{"Department":"R and D"}'],
];

const oddJsonNumber = oddNumberText.map((number) =>
  /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(number) ? number : text(number),
);

/** Odd values that fit the field, because nearly valid input gets further. */
function oddValue(name: string): fc.Arbitrary<string> {
  const fitting: Record<string, fc.Arbitrary<string>> = {
    id: oddId.map(text),
    source: oddId.map(text),
    quantity: weighted([1, oddJsonNumber], [3, oddNumberText.map(text)]),
    time: oddTime.map(text),
    subscriptionId: fc.oneof(fc.constantFrom(...Object.values(SUBSCRIPTION_IDS)), oddId).map(text),
    tags: fc.constantFrom(
      '{"Department":""}',
      '{"__proto__":"x"}',
      '{"__proto__":{"Department":"x"}}',
      `{"${MARK}":"1"}`,
    ),
  };
  const fits = fitting[name];
  // An id is repeated in the answer, so it carries no mark.
  if (name === 'id') return oddId.map(text);
  return fits === undefined ? oddJsonValue : weighted([3, fits], [1, oddJsonValue]);
}

const plain = (index: number): fc.Arbitrary<UsageElement> =>
  quantityText.chain((quantity) => {
    const id = `plain-${index}`;
    const members: Member[] = [['id', text(id)], ['quantity', quantity], ...usual];
    const good = fc.constant({ json: toObjectText(members), good: { id, quantity } });
    const mutated = mutatedMembers(members, oddValue).map((mutant) => ({ json: toObjectText(mutant) }));
    return weighted([1, good], [3, mutated]);
  });

const cloudEvent = (index: number): fc.Arbitrary<UsageElement> =>
  quantityText.chain((quantity) => {
    const id = `cloud-${index}`;
    const used: Member[] = [['quantity', text(quantity)], ...usual.filter(([name]) => name !== 'time')];
    const members = (data: string): Member[] => [
      ['specversion', '"1.0"'],
      ['id', text(id)],
      ['source', '"/fuzz"'],
      ['type', '"com.example.used"'],
      ['subject', text(SUBSCRIPTION_IDS.active)],
      ['time', '"2026-03-10T12:00:00Z"'],
      ['data', data],
    ];
    const good = fc.constant({ json: toObjectText(members(toObjectText(used))), good: { id, quantity } });
    // Each has its maximum length; together they exceed a key.
    const longest = fc.constantFrom('#', '€').map((unit): UsageElement => {
      const long: Record<string, string> = { id: text(unit.repeat(512)), source: text('#'.repeat(512)) };
      return { json: toObjectText(members(toObjectText(used)).map(([name, json]) => [name, long[name] ?? json])) };
    });
    const oddData = mutatedMembers(used, oddValue).map(toObjectText);
    const mutated = oddData
      .chain((data) => mutatedMembers(members(data), oddValue))
      .map((mutant) => ({ json: toObjectText(mutant) }));
    return weighted([10, good], [30, mutated], [1, longest]);
  });

const OTHER = oddJsonValue.map((json): UsageElement => ({ json }));

/** An array of valid and invalid events, or something else. */
export function usageBody(cloudEvents: boolean): fc.Arbitrary<UsageBody> {
  const element = cloudEvents ? cloudEvent : plain;
  const elements = fc
    .oneof({ weight: 20, arbitrary: fc.nat({ max: 5 }) }, { weight: 1, arbitrary: fc.constantFrom(99, 100, 101) })
    .chain((count): fc.Arbitrary<UsageElement[]> => {
      const each = Array.from({ length: count }, (_, index) => weighted([12, element(index)], [1, OTHER]));
      return fc.tuple(...each);
    });
  return elements.chain((all) => {
    const whole = `[${all.map(({ json }) => json).join()}]`;
    const usualText = { weight: 8, arbitrary: fc.constant(whole) };
    const damagedText = { weight: 1, arbitrary: damaged(fc.constant(whole)) };
    return fc
      .oneof(usualText, damagedText, { weight: 1, arbitrary: oddJson })
      .map((given) => ({ text: given, elements: all, whole: given === whole }));
  });
}
