import type { Notice } from '../../../lambdas/shared/contract/notices';
import { hourOf } from '../../../lambdas/shared/domain/hour';
import type { Seen } from './seen';

/** One thing that this project takes for granted about AWS, and what the walk has seen of it. */
export interface SeenFact {
  /** As in `data/aws-facts.json`. */
  fact: string;
  measured: string;
  /** Whether it agrees with what the project does. Undefined: a figure that decides nothing. */
  agrees?: boolean;
}

const secondsBetween = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / 1000);

/** What can be said of each fact by now. */
export function factsSeen(seen: Seen): SeenFact[] {
  return [orderOfEvents(seen), decimals(seen), endings(seen), finalUsage(seen)].filter((fact) => fact !== undefined);
}

function timeOf({ notices }: Seen, kind: Notice['kind']): string | undefined {
  return notices.findLast((notice) => notice.kind === kind)?.time;
}

function orderOfEvents(seen: Seen): SeenFact | undefined {
  const [activated, registered] = [timeOf(seen, 'SubscriptionActivated'), timeOf(seen, 'RegistrationCompleted')];
  if (activated === undefined || registered === undefined) return undefined;
  const seconds = secondsBetween(registered, activated);
  return {
    fact: "The event of a new license comes before or after the buyer's registration.",
    measured: `${Math.abs(seconds)} seconds ${seconds < 0 ? 'before' : 'after'} the registration was completed`,
    agrees: true,
  };
}

function decimals({ hours }: Seen): SeenFact | undefined {
  const sent = hours.flatMap((hour) => ('record' in hour && hour.record?.form === 'decimal' ? [hour] : []));
  const billed = sent.filter(({ state }) => state === 'billed');
  const refused = sent.filter(({ state }) => state === 'rejected');
  if (billed.length + refused.length === 0) return undefined;
  const fraction = billed.find(({ record }) => record?.quantity.includes('.'));
  return {
    fact: 'BatchMeterUsage takes a quantity in QuantityAsDecimal.',
    measured:
      `${billed.length} records accepted, ${refused.length} refused` +
      (fraction === undefined ? '; none had a fraction' : `, among the accepted ${fraction.record?.quantity}`),
    agrees: refused.length === 0,
  };
}

function endings({ subscription }: Seen): SeenFact | undefined {
  const [first, ...others] = subscription?.endings ?? [];
  if (first === undefined) return undefined;
  const later = others.map(({ kind, at }) => `${kind} ${secondsBetween(first.at, at)} seconds later`);
  return {
    fact: 'Usage is taken for about one hour after the end of a subscription. Which event opens the hour is not clear.',
    measured: [`${first.kind} came first`, ...later].join(', '),
  };
}

function finalUsage({ subscription, hours }: Seen): SeenFact | undefined {
  const [first] = subscription?.endings ?? [];
  if (first === undefined || subscription?.state !== 'ended') return undefined;
  const last = hours.filter(({ hour }) => hour === hourOf(Date.parse(first.at)));
  if (last.length === 0) return undefined;
  const taken = last.filter(({ state }) => state === 'billed').length;
  return {
    fact: 'Usage of the hour in which a subscription ends is taken after its end.',
    measured: `${taken} of ${last.length} records of that hour accepted`,
    agrees: last.every(({ state }) => state === 'billed' || state === 'covered' || state === 'carried'),
  };
}
