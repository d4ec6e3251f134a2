import { contactsExpireAtMs } from '../../lambdas/shared/domain/contact-retention';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { DynamoDbAccountSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-of-account';
import { DynamoDbSubscriptionReader } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import type { Installation } from '../installation/installation';
import { databaseOf } from '../stores/ledger-stores';
import { deleteRegistrationItems, registrationItems, type RegistrationItem } from './registration-items';
import type { Traces } from './erase';

/**
 * The contacts of customers whose last subscription ended longer ago than the retention, and deletes them with `apply`.
 * The functions give contacts a time to live; this finds those of subscriptions that ended before the retention was
 * configured, and those that a restore brought back. It leaves no marker, because the same rule finds them again.
 */
export async function eraseExpired(
  installation: Installation,
  { apply, retentionDays }: { apply: boolean; retentionDays: number },
): Promise<Traces> {
  const contacts: RegistrationItem[] = [];
  for await (const item of registrationItems(installation)) if (item.kind === 'contact') contacts.push(item);
  const database = databaseOf(installation);
  const ids = contacts.map(({ subscriptionId }) => subscriptionId);
  const subscriptions = await new DynamoDbSubscriptionReader(database).getMany(ids);
  const ofAccount = new DynamoDbAccountSubscriptionReader(database);
  const customerOf = async (one: Subscription) =>
    one.customerAWSAccountId === undefined ? [one] : [one, ...(await ofAccount.allOfAccount(one.customerAWSAccountId))];

  const items: RegistrationItem[] = [];
  for (const contact of contacts) {
    const one = subscriptions.get(contact.subscriptionId);
    if (one?.state !== 'ended') continue;
    const expireAtMs = contactsExpireAtMs(await customerOf(one), retentionDays);
    if (expireAtMs !== undefined && expireAtMs <= installation.clock.now()) items.push(contact);
  }
  return { items, kept: apply ? await deleteRegistrationItems(installation, items) : 0 };
}
