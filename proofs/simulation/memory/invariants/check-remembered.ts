import { licenseIdOf, type Buyer } from '../../driver/buyers';
import type { Item } from '../../../../local/dynamodb/values/item';
import type { QueuedMessage } from '../queue';
import type { MemoryWorld } from '../memory-engine';
import { announcementName } from './watch-subscription';

/** The meaning of a message of AWS, parsed independently of production code. */
type Told = { id: string; time: string } & (
  | { about: 'licence'; says: 'begins' | 'ends'; licenseId: string; agreementId: string }
  | { about: 'agreement'; says: 'ends' | 'changes'; agreementId: string }
  | { about: 'announcement'; agreementId: string }
  | { about: 'customer'; says: 'begins' | 'ends' | 'changes'; pk: string }
  | { about: 'nothing' }
);

interface EventBody {
  id: string;
  time: string;
  'detail-type': string;
  detail: { agreement: { id: string; status?: string }; license?: { arn: string } };
}

interface NotificationBody {
  MessageId: string;
  Timestamp: string;
  Message: string;
}

/**
 * An acknowledged message is gone from the queue, so it must be stored and must count in its subscription, whatever
 * else changed the subscription at the same moment.
 */
export function checkRemembered(world: MemoryWorld, message: QueuedMessage, outcome: unknown): void {
  const told = toldBy(message.body);
  world.books.require(
    world.books.keptEvents.has(told.id),
    'remembered',
    () => `${message.label} is acknowledged, and kept nowhere`,
  );
  switch (told.about) {
    case 'licence':
      // The licence of an older product belongs to no known customer until the customer moves to it.
      if (outcome === 'notFollowed' && isOfOlderProduct(world, told.licenseId)) return;
      world.books.boundAgreements.set(told.agreementId, told.licenseId);
      requireToCount(world, told, { subscription: byIdentity(world, `license#${told.licenseId}`), ...message });
      return checkAgreement(world, told.agreementId);
    case 'agreement':
    case 'announcement':
      return checkAgreement(world, told.agreementId);
    case 'customer':
      return requireToCount(world, told, { subscription: byIdentity(world, told.pk), ...message });
    case 'nothing':
      return;
  }
}

/**
 * Once the events of the licence and of its agreement are acknowledged, in any order, the agreement's event counts,
 * too.
 */
function checkAgreement(world: MemoryWorld, agreementId: string): void {
  const licenseId = world.books.boundAgreements.get(agreementId);
  if (licenseId === undefined) return;
  const subscription = byIdentity(world, `license#${licenseId}`);
  for (const { body, label } of world.engine.followed) {
    const told = toldBy(body);
    if (told.about !== 'agreement' && told.about !== 'announcement') continue;
    if (told.agreementId !== agreementId) continue;
    if (told.about === 'agreement') requireToCount(world, told, { subscription, label });
    else requireToBeTold(world, { subscriptionId: String(subscription?.pk), ...told }, label);
  }
}

function requireToCount(
  world: MemoryWorld,
  { says, time }: Extract<Told, { says: string }>,
  { subscription, label }: { subscription: Item | undefined; label: string },
): void {
  if (subscription === undefined)
    return world.books.violate('remembered', `${label} is acknowledged, but its subscription does not exist`);
  const { begunAt = '', endings = [], entitlementsChangedAt = '' } = subscription;
  const atMs = Date.parse(time);
  const isOvertaken = Date.parse(String(begunAt)) > atMs;
  const isEnding = (endings as readonly { at: string }[]).some(({ at }) => Date.parse(at) === atMs);
  const counts = {
    begins: isOvertaken || Date.parse(String(begunAt)) === atMs,
    ends: isOvertaken || isEnding,
    changes: Date.parse(String(entitlementsChangedAt)) >= atMs,
  };
  world.books.require(
    counts[says],
    'remembered',
    () => `${label} is acknowledged, but ${String(subscription.pk)} does not reflect it`,
  );
}

function requireToBeTold({ books }: MemoryWorld, of: Parameters<typeof announcementName>[0], label: string): void {
  const isTold = books.announced.has(announcementName(of));
  books.require(isTold, 'told', () => `${label} is acknowledged, but the seller was not told of ${of.subscriptionId}`);
}

function isOfOlderProduct({ buyers }: MemoryWorld, licenseId: string): boolean {
  return buyers.all.some(({ mode, licenseArn }) => mode === 'legacy' && licenseArn.endsWith(licenseId));
}

/** A registered buyer is known by account and, for newer products, by licence. */
export function checkRegistered(
  { books, engine }: MemoryWorld,
  { subscriptionId, accountId, mode, licenseArn }: Buyer,
) {
  const stored = engine.dynamoDb.table('subscriptions').get({ pk: subscriptionId, sk: 'subscription' });
  const isKnown = stored?.customerAWSAccountId === accountId && (mode === 'legacy' || stored.licenseArn === licenseArn);
  books.require(isKnown, 'remembered', () => `${accountId} is registered, but ${subscriptionId} does not reflect it`);
}

function byIdentity({ engine }: MemoryWorld, pk: string): Item | undefined {
  const subscriptions = engine.dynamoDb.table('subscriptions');
  const identity = subscriptions.get({ pk, sk: 'identity' });
  return identity && subscriptions.get({ pk: identity.subscriptionId, sk: 'subscription' });
}

/** The simulation's own AWS Marketplace made it: there is nothing to validate. */
function toldBy(body: unknown): Told {
  const message = body as EventBody | NotificationBody;
  return 'Message' in message ? toldByNotification(message) : toldByEvent(message);
}

function toldByEvent({ id, time, 'detail-type': type, detail: { agreement, license } }: EventBody): Told {
  const known = { id, time, agreementId: agreement.id };
  if (license !== undefined) {
    const says = type.startsWith('License Updated') ? 'begins' : 'ends';
    return { ...known, about: 'licence', says, licenseId: licenseIdOf(license.arn) };
  }
  if (isAnnouncement(type)) return { ...known, about: 'announcement' };
  if (type.startsWith('Purchase Agreement Created')) return { id, time, about: 'nothing' };
  const isOver = type.startsWith('Purchase Agreement Ended');
  const livesOn = agreement.status === 'RENEWED' || agreement.status === 'REPLACED';
  return { ...known, about: 'agreement', says: isOver && !livesOn ? 'ends' : 'changes' };
}

const ANNOUNCEMENTS = ['Spend Threshold', 'Advisory', 'Ending', 'Renewal', 'Cancellation'];

function isAnnouncement(type: string): boolean {
  return ANNOUNCEMENTS.some((word) => type.includes(word));
}

function toldByNotification({ MessageId: id, Timestamp: time, Message }: NotificationBody): Told {
  const message = JSON.parse(Message) as Record<string, string>;
  const pk = `customer#${message['product-code']}#${message['customer-identifier']}`;
  const { action = '' } = message;
  if (action === 'entitlement-updated') return { id, time, about: 'customer', says: 'changes', pk };
  return { id, time, about: 'customer', says: action === 'subscribe-success' ? 'begins' : 'ends', pk };
}
