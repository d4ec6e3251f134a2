import fc from 'fast-check';
import { MARK } from '../promises';
import { oddNumberText, oddStoredText, oddTime, PROTOTYPE_NAMES, weighted } from './odd-values';

/** An attribute value as Lambda delivers it in a stream event; binaries are base64. */
export type Attribute = Record<string, unknown>;
export type Image = Record<string, Attribute>;

const BASE64 = Buffer.from(`\u0000\u00ff${MARK}`).toString('base64');

/** Numbers that DynamoDB accepts: 38 digits, 1e-130 to 1e126. */
const storableNumber = fc.oneof(
  fc.constantFrom('0', '-0', '-1', '1E+2', '1E-130', '9.9999999999999999999999999999999999999E+125', '1e125'),
  fc.constantFrom('2147483647', '2147483648', '0.000000000000000001', '0.0000000000000000001', `0.${'3'.repeat(38)}`),
  fc.constantFrom('9'.repeat(38), `${'9'.repeat(38)}${'0'.repeat(80)}`),
  oddNumberText.filter((text) => /^-?\d{1,20}(\.\d{1,18})?$/.test(text)),
);

const text = oddStoredText.map((S): Attribute => ({ S }));
const leaf: fc.Arbitrary<Attribute> = weighted(
  [4, text],
  [3, storableNumber.map((N) => ({ N }))],
  [
    4,
    fc.constantFrom<Attribute>(
      { NULL: true },
      { BOOL: false },
      { B: BASE64 },
      { SS: [MARK, 'b'] },
      { NS: ['1', '2.5'] },
      { BS: [BASE64] },
      { L: [] },
      { M: {} },
      { S: '' },
    ),
  ],
);

const name = fc.oneof(fc.constantFrom(...PROTOTYPE_NAMES), oddStoredText);
const map = (value: fc.Arbitrary<Attribute>) =>
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((members): Attribute => ({ M: Object.fromEntries(members) }));

/** The maximum depth of a DynamoDB document. */
const deep = fc
  .constantFrom<(inner: Attribute) => Attribute>(
    (inner) => ({ L: [inner] }),
    (inner) => ({ M: { a: inner } }),
    (inner) => ({ M: Object.fromEntries([['__proto__', inner]]) }),
  )
  .map((wrap) => Array.from({ length: 31 }).reduce((inner: Attribute) => wrap(inner), { S: MARK }));

/** Items of up to 400 KB. */
const wide = fc.constantFrom<() => Attribute>(
  () => ({ M: Object.fromEntries(Array.from({ length: 30_000 }, (_, n) => [`t${n}`, { NULL: true }])) }),
  () => ({ L: Array.from({ length: 60_000 }, () => ({ NULL: true })) }),
  () => ({ S: '€'.repeat(120_000) }),
  () => ({ S: '\ud83d\ude00'.repeat(90_000) }),
  () => ({ S: `${MARK}"\\\u0001`.repeat(30_000) }),
);

export const oddAttribute: fc.Arbitrary<Attribute> = weighted(
  [1200, leaf],
  [200, map(leaf)],
  [100, map(map(leaf))],
  [100, deep],
  [1, wide.map((make) => make())],
);

/** Attributes that fit the field, because nearly valid input gets further. */
const FITTING: Record<string, fc.Arbitrary<Attribute>> = {
  quantity: fc.oneof(
    storableNumber.map((N) => ({ N })),
    oddNumberText.map((S) => ({ S })),
  ),
  time: oddTime.map((S) => ({ S })),
  receivedAt: oddTime.map((S) => ({ S })),
  subscriptionId: text,
  source: text,
  id: text,
  dimension: text,
  tags: weighted(
    [60, map(text)],
    [1, wide.map((make) => make())],
    [
      60,
      fc.constantFrom<Attribute>(
        { M: Object.fromEntries([['__proto__', { M: { Department: { S: MARK } } }]]) },
        { M: Object.fromEntries([['__proto__', { S: MARK }]]) },
        { M: { constructor: { M: { prototype: { M: { polluted: { S: 'x' } } } } } } },
        { M: Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`k${n}`, { S: 'v' }])) },
      ),
    ],
  ),
};

/** An item with missing, replaced and unknown attributes. */
export function mutatedImage(image: Image): fc.Arbitrary<Image> {
  const attributes = Object.entries(image).map(([attribute, value]) => {
    const fitting = FITTING[attribute] ?? oddAttribute;
    return weighted(
      [12, fc.constant<[string, Attribute][]>([[attribute, value]])],
      [2, fitting.map((odd): [string, Attribute][] => [[attribute, odd]])],
      [1, oddAttribute.map((odd): [string, Attribute][] => [[attribute, odd]])],
      [1, fc.constant<[string, Attribute][]>([])],
    );
  });
  const strangers = fc.array(fc.tuple(name, oddAttribute), { maxLength: 1 });
  return fc.tuple(strangers, ...attributes).map((members) => Object.fromEntries(members.flat()));
}

/** Items that have nothing to do with ours. */
export const oddImage: fc.Arbitrary<Image> = fc
  .array(fc.tuple(name, oddAttribute), { maxLength: 5 })
  .map((members) => Object.fromEntries([['pk', { S: MARK }], ...members]));

/** A batch of a stream as Lambda delivers it. */
export function streamEvent(changes: readonly { newImage: Image; oldImage?: Image }[]): Record<string, unknown> {
  const Records = changes.map(({ newImage, oldImage }, index) => ({
    eventID: `event-${index}`,
    eventName: oldImage === undefined ? 'INSERT' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 1_773_144_000,
      Keys: { pk: newImage.pk ?? { S: 'x' } },
      NewImage: newImage,
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: String(1000 + index),
      SizeBytes: 100,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn:aws:dynamodb:us-east-1:111122223333:table/UsageEvents/stream/2026',
  }));
  return { Records };
}
