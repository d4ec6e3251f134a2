import { CODE_SECONDS } from '../../lambdas/register-subscription/register-subscription';
import { SESSION_SECONDS } from '../../lambdas/shared/runtime/http-session';
import type { Installation } from '../installation/installation';
import { markErased, readErasures } from './erasure-markers';
import { deleteRegistrationItems, registrationItems, type RegistrationItem } from './registration-items';

/** What an erasure finds in the Registrations table. */
export interface Traces {
  items: RegistrationItem[];
  /** Contacts that the buyer submitted again in the meantime, and that stay. */
  kept: number;
}

/** Everything of one subscription, and deletes it with `apply`. */
export async function eraseSubscription(
  installation: Installation,
  subscriptionId: string,
  { apply }: { apply: boolean },
): Promise<Traces> {
  const items = await found(installation, (each) => each.subscriptionId === subscriptionId);
  if (!apply) return { items, kept: 0 };
  // Before the deletion, so that a crash in between leaves a marker, which can be applied again. The functions' clocks may
  // be ahead of the operator's.
  const times = items.map(({ completedAt }) => (completedAt === undefined ? 0 : Date.parse(completedAt)));
  await markErased(installation, {
    subscriptionId,
    erasedAtMs: Math.max(installation.clock.now(), ...times),
  });
  return { items, kept: await deleteRegistrationItems(installation, items) };
}

/** What a restore brought back of erased subscriptions, and deletes it with `apply`. What came after an erasure stays. */
export async function eraseAgain(installation: Installation, { apply }: { apply: boolean }): Promise<Traces> {
  const erasures = await readErasures(installation);
  const items = await found(installation, (each) => storedAtMs(each) <= (erasures.get(each.subscriptionId) ?? -1));
  return { items, kept: apply ? await deleteRegistrationItems(installation, items) : 0 };
}

async function found(
  installation: Installation,
  isWanted: (item: RegistrationItem) => boolean,
): Promise<RegistrationItem[]> {
  const items: RegistrationItem[] = [];
  for await (const item of registrationItems(installation)) if (isWanted(item)) items.push(item);
  return items;
}

const LIFETIME_SECONDS = { session: SESSION_SECONDS, code: CODE_SECONDS };

function storedAtMs({ kind, completedAt, expiresAt = 0 }: RegistrationItem): number {
  if (kind === 'contact') return Date.parse(completedAt ?? '');
  return (expiresAt - LIFETIME_SECONDS[kind]) * 1000;
}
