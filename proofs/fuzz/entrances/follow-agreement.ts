import fc from 'fast-check';
import * as z from 'zod';
import { createHandler } from '../../../lambdas/follow-agreement/dependencies';
import { DynamoDbSubscriptions } from '../../../lambdas/shared/stores/subscriptions-dynamodb';
import type { Subscription } from '../../../lambdas/shared/domain/subscription';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription, LEGACY_PRODUCT, LICENSE_PRODUCT } from '../../stand-ins/a-seller';
import { goodMessage, LICENSES, oddMessage, queueEvent } from '../arbitraries/queue-messages';
import { isJson } from '../arbitraries/json-text';
import { anEntrance, failing } from '../entrance';
import { promise } from '../promises';
import { invoke } from '../surroundings';

const messages = fc.array(oddMessage, { maxLength: 3 });

/** The queue of licence events: anything that EventBridge, or someone with access to the queue, sends. */
export const followAgreementEntrance = anEntrance({
  name: 'licence events queue',
  service: 'follow-agreement',
  cases: fc.record({ before: messages, after: messages, failing }),
  async take({ before, after }, surroundings) {
    const { tables } = surroundings;
    const known = givenLicense(tables);
    const bodies = [...before, goodMessage, ...after];
    const run = createHandler(surroundings.ports, surroundings.config());
    const { batchItemFailures } = await invoke(run, queueEvent(bodies));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    if (surroundings.failing) return 'stores down';
    bodies.forEach((body, index) => {
      const mayComeBack = index !== before.length && isHopeless(body);
      promise(
        !failed.has(`message-${index}`) || mayComeBack,
        `a message that can never succeed is redelivered: ${cut(body)}`,
      );
    });
    promiseUntouched(known, tables.subscription(known.subscriptionId), bodies);
    const subscriptions = new DynamoDbSubscriptions(tables.database);
    const good = await subscriptions.findByIdentity({ kind: 'license', licenseId: LICENSES.good });
    promise(good?.state === 'active' && good.customerAWSAccountId === '111122223333', 'a good event was not followed');
    for (const { productCode, customerAWSAccountId = '1' } of tables.subscriptions) {
      promise(OURS.has(productCode), 'a subscription was created for an unknown product');
      promise(/^\d+$/.test(customerAWSAccountId), `a subscription was bound to ${cut(customerAWSAccountId)}`);
    }
    return bodies.map((_, index) => (failed.has(`message-${index}`) ? 'to the dead letters' : 'taken'));
  },
});

const OURS = new Set([LICENSE_PRODUCT, LEGACY_PRODUCT]);
const cut = (text: string): string => JSON.stringify(text.slice(0, 300));

/** May be redelivered: invalid JSON, neither an EventBridge event nor an SNS notification, or a licence without product. */
function isHopeless(body: string): boolean {
  if (isNotification(body)) return false;
  const event = eventOf(body);
  if (event === undefined) return true;
  return LICENSE_KINDS.some((kind) => event['detail-type'].startsWith(kind)) && productOf(event) === undefined;
}

const LICENSE_KINDS = ['License Updated', 'License Deprovisioned'];

const eventShape = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  source: z.string(),
  'detail-type': z
    .string()
    .min(1)
    .max(128)
    .refine((text) => text.isWellFormed()),
  time: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/),
  detail: z.record(z.string(), z.unknown()).optional(),
});
type EventShape = z.infer<typeof eventShape>;

const notificationShape = z.object({
  Type: z.literal('Notification'),
  MessageId: eventShape.shape.id,
  Timestamp: eventShape.shape.time,
  Message: z.string(),
});

/** A notification of SNS is stored, whatever it contains. */
function isNotification(body: string): boolean {
  const { data } = notificationShape.safeParse(parsed(body));
  return data !== undefined && isTime(data.Timestamp);
}

function eventOf(body: string): EventShape | undefined {
  const { data } = eventShape.safeParse(parsed(body));
  return data !== undefined && isTime(data.time) ? data : undefined;
}

function parsed(body: string): unknown {
  return isJson(body) ? JSON.parse(body) : undefined;
}

/** A calendar time from 1970 on, with a four-digit year in UTC. */
function isTime(time: string): boolean {
  const [utc, local] = [Date.parse(time), Date.parse(`${time.slice(0, 19)}Z`)];
  if (Number.isNaN(utc) || Number.isNaN(local)) return false;
  return (
    utc >= 0 && new Date(utc).toISOString().length === 24 && new Date(local).toISOString().startsWith(time.slice(0, 19))
  );
}

function productOf({ detail }: EventShape): string | undefined {
  const code = z.object({ product: z.object({ code: z.string().min(1) }) }).safeParse(detail);
  return code.data?.product.code;
}

function arnOf({ detail }: EventShape): string {
  return z.object({ license: z.object({ arn: z.string() }) }).safeParse(detail).data?.license.arn ?? '';
}

/** A known licence keeps its owner, and changes only by an event that names it. */
function promiseUntouched(before: Subscription, after: Subscription, bodies: readonly string[]): void {
  const fixed = ({ subscriptionId, productCode, customerAWSAccountId, licenseArn, licenseId }: Subscription) =>
    JSON.stringify([subscriptionId, productCode, customerAWSAccountId, licenseArn, licenseId]);
  promise(fixed(after) === fixed(before), 'a subscription got another owner');
  const named = bodies.some((body) => {
    const event = eventOf(body);
    if (event?.source !== 'aws.agreement-marketplace') return false;
    const isLicense = LICENSE_KINDS.some((kind) => event['detail-type'].startsWith(kind));
    return isLicense && arnOf(event).trim().toLowerCase().endsWith(LICENSES.known);
  });
  promise(named || JSON.stringify(after) === JSON.stringify(before), 'a bad message changed a subscription');
}

function givenLicense(tables: MemoryTables): Subscription {
  const licenseId = LICENSES.known;
  const licenseArn = `arn:aws:license-manager::1:license:${licenseId}`;
  const { subscriptionId } = tables.given(aSubscription({ licenseId, licenseArn }), { kind: 'license', licenseId });
  return tables.subscription(subscriptionId);
}
