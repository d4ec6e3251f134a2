import fc from 'fast-check';
import { LEGACY_PRODUCT, LICENSE_PRODUCT } from '../../stand-ins/a-seller';
import { MARK } from '../promises';
import { damaged, mutatedMembers, oddJson, oddJsonValue, toObjectText, type Member } from './json-text';
import { oddText, oddTime, weighted } from './odd-values';

const text = (value: string) => JSON.stringify(value);

/** Every known form of a licence ARN, and some unknown ones. */
export const LICENSES = { known: 'l-0a', fresh: 'l-0b', good: 'l-0c' };
const arnOf = (id: string) =>
  fc.constantFrom(
    `arn:aws:license-manager::294406891311:license:${id}`,
    `aws:license-manager::294406891311:${id}`,
    `arn:aws:license-manager::294406891311:license/${id}`,
    ` ${id.toUpperCase().replace('L-', 'l-')} `,
    `arn:aws:license-manager::294406891311:license:${id}:${MARK}`,
    `${id}${MARK.repeat(400)}`,
    `arn:aws:license-manager::294406891311:license:l-`,
    `:l-${'0'.repeat(50_000)}!`,
    ':l-a'.repeat(20_000),
  );
const oddArn = fc.oneof(fc.constantFrom(LICENSES.known, LICENSES.fresh).chain(arnOf), oddText);
const productCode = fc.oneof(fc.constantFrom(LICENSE_PRODUCT, LEGACY_PRODUCT, 'somebodyelses', '__proto__'), oddText);
const detailType = fc.oneof(
  fc.constantFrom(
    'License Updated - Manufacturer',
    'License Deprovisioned - Proposer',
    'License Updated',
    'license updated',
  ),
  fc.constantFrom('Purchase Agreement Created - Manufacturer', 'License Surprised', `License ${MARK}`, 'toString'),
  oddText,
);

const detailMembers = (arn: string, product: string): Member[] => [
  ['license', `{"arn":${text(arn)}}`],
  ['product', `{"code":${text(product)}}`],
  ['acceptor', '{"accountId":"111122223333"}'],
  ['agreement', '{"id":"agmt-1"}'],
];

function oddDetail(name: string): fc.Arbitrary<string> {
  const inner: Record<string, fc.Arbitrary<string>> = {
    license: oddArn.map((arn) => `{"arn":${text(arn)}}`),
    product: productCode.map((code) => `{"code":${text(code)}}`),
    acceptor: oddText.map((account) => `{"accountId":${text(account)}}`),
    agreement: oddText.map((id) => `{"id":${text(id)}}`),
  };
  return weighted([3, inner[name] ?? oddJsonValue], [1, oddJsonValue]);
}

function oddEnvelope(name: string): fc.Arbitrary<string> {
  const fitting: Record<string, fc.Arbitrary<string>> = {
    id: oddText.map(text),
    source: fc.constantFrom('"aws.ec2"', '"AWS.agreement-marketplace"', `"${MARK}"`),
    'detail-type': detailType.map(text),
    time: oddTime.map(text),
  };
  return weighted([3, fitting[name] ?? oddJsonValue], [1, oddJsonValue]);
}

const envelope = (kind: string, detail: string, n = 0): Member[] => [
  ['version', '"0"'],
  ['id', text(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)],
  ['source', '"aws.agreement-marketplace"'],
  ['account', '"999988887777"'],
  ['detail-type', text(kind)],
  ['time', '"2026-03-10T12:00:00Z"'],
  ['region', '"us-east-1"'],
  ['resources', '[]'],
  ['detail', detail],
];

/** More detail than the 400 KB of an item. */
const huge = fc
  .constantFrom(260_000, 900_000)
  .map((length) => toObjectText([['filler', text(MARK + '€'.repeat(length / 3))]]));

/** A valid event. */
export const goodMessage = toObjectText(
  envelope(
    'License Updated - Manufacturer',
    toObjectText(detailMembers(`arn:aws:license-manager::1:license:${LICENSES.good}`, LICENSE_PRODUCT)),
  ),
);

const mutant = fc
  .tuple(
    oddArn.chain((arn) => mutatedMembers(detailMembers(arn, LICENSE_PRODUCT), oddDetail)).map(toObjectText),
    weighted(
      [3, fc.constantFrom('License Updated - Manufacturer', 'License Deprovisioned - Manufacturer')],
      [1, detailType],
    ),
    fc.nat({ max: 999 }),
  )
  .chain(([detail, kind, n]) => mutatedMembers(envelope(kind, detail, n), oddEnvelope))
  .map(toObjectText);

const action = fc.oneof(
  fc.constantFrom('subscribe-success', 'subscribe-fail', 'unsubscribe-pending', 'unsubscribe-success'),
  fc.constantFrom('entitlement-updated', 'toString', MARK, `${MARK}-`.repeat(3_000)),
  oddText,
);
const customer = fc.oneof(fc.constantFrom('customer-1', ' customer-1', '', 'c'.repeat(3_000), '#customer#'), oddText);

/** A damaged notification of a legacy product, as SNS wraps it. */
const notification = fc
  .record({
    action,
    customer,
    code: productCode,
    free: fc.constantFrom('"true"', 'true', 'null', '"yes"'),
    n: fc.nat({ max: 999 }),
  })
  .chain(({ n, ...said }) => {
    const members: Member[] = [
      ['action', text(said.action)],
      ['customer-identifier', text(said.customer)],
      ['product-code', text(said.code)],
      ['isFreeTrialTermPresent', said.free],
    ];
    const message = mutatedMembers(members, () => oddJsonValue).map(toObjectText);
    return damaged(message).chain((inner) =>
      mutatedMembers(
        [
          ['Type', '"Notification"'],
          ['MessageId', text(`00000000-0000-4000-9000-${String(n).padStart(12, '0')}`)],
          ['Timestamp', '"2026-03-10T12:00:00.000Z"'],
          ['Message', text(inner)],
        ],
        (name) => (name === 'Timestamp' ? oddTime.map(text) : oddText.map(text)),
      ),
    );
  })
  .map(toObjectText);

/** The body of an SQS message: a damaged event, or something else. */
export const oddMessage: fc.Arbitrary<string> = weighted(
  [300, mutant],
  [30, damaged(mutant)],
  [120, notification],
  [30, oddJson],
  [10, oddText],
  [1, huge.map((detail) => toObjectText(envelope('License Surprised', detail)))],
);

/** A batch as Lambda delivers it. */
export function queueEvent(bodies: readonly string[]): Record<string, unknown> {
  const Records = bodies.map((body, index) => ({
    messageId: `message-${index}`,
    receiptHandle: MARK,
    body,
    attributes: { ApproximateReceiveCount: '1', SenderId: MARK },
    messageAttributes: {},
    md5OfBody: 'x',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:Queue',
    awsRegion: 'us-east-1',
  }));
  return { Records };
}
