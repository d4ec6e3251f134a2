import type { Notice } from '../../../lambdas/shared/contract/notices';
import type { HourState } from '../../../lambdas/shared/domain/hourly-usage';
import type { Seen } from './seen';

/** `next`: the first step that is not done. `later`: one after it. */
export interface Step {
  step: string;
  state: 'done' | 'next' | 'later';
  /** What was seen, once it is done. */
  says?: string;
  /** What a person does for it. */
  todo: string;
}

interface Rule {
  step: string;
  todo: (seen: Seen) => string;
  /** What shows that it is done; undefined: nothing yet. */
  shownBy: (seen: Seen) => string | undefined;
  /** Absent: of every product. */
  isNeeded?: (seen: Seen) => boolean;
}

const isMetered = ({ product }: Seen) => product.pricingModel !== 'contract';
const isEntitled = ({ product }: Seen) => product.pricingModel !== 'subscription';

/** The answer of AWS is in these. */
const ANSWERED: readonly HourState[] = ['billed', 'covered'];

/** In the order of AWS's "SaaS product integration checklist" (GUIDE). */
const RULES: readonly Rule[] = [
  {
    step: 'subscribed and registered',
    todo: ({ account }) =>
      `Log in to account ${account}, subscribe on the page of the listing, click "Set up your account" and fill in the form.`,
    shownBy: (seen) => shownByNotice(seen, 'RegistrationCompleted'),
  },
  {
    step: 'active',
    todo: () => 'Wait some minutes for the event of AWS Marketplace. If none comes, run `npm run ops -- doctor`.',
    shownBy: (seen) => shownByNotice(seen, 'SubscriptionActivated'),
  },
  {
    step: 'entitlements known',
    todo: () => 'Wait: the entitlements are read when the event has come, and again every few minutes.',
    isNeeded: isEntitled,
    shownBy: ({ entitlements }) => {
      const count = entitlements?.entitlements.length ?? 0;
      return count === 0 ? undefined : `AWS lists ${count}, as of ${entitlements?.checkedAt}.`;
    },
  },
  {
    step: 'usage reported',
    todo: () => 'Use the product, or report usage of the test subscription as your application does.',
    isNeeded: isMetered,
    shownBy: ({ hours }) => (hours.length === 0 ? undefined : `There is usage of ${hours.length} hours.`),
  },
  {
    step: 'usage accepted',
    todo: () =>
      'Wait for the end of the hour and `graceMinutes`; `npm run ops -- hours SUBSCRIPTION` shows what AWS said.',
    isNeeded: isMetered,
    shownBy: ({ hours }) => {
      const answered = hours.filter(({ state }) => ANSWERED.includes(state));
      return answered.length === 0
        ? undefined
        : `AWS took, or the contract covers, ${answered.length} of ${hours.length} hours.`;
    },
  },
  {
    step: 'unsubscribed',
    todo: ({ account }) =>
      `Report usage, and in the same hour cancel the subscription in the console of account ${account}.`,
    shownBy: (seen) => shownByNotice(seen, 'SubscriptionEnding'),
  },
  {
    step: 'ended',
    todo: () => 'Wait an hour: the last usage is sent, and then the subscription ends.',
    shownBy: (seen) => shownByNotice(seen, 'SubscriptionEnded'),
  },
  {
    step: 'nothing left',
    todo: () => 'Look at the hours that are not billed: `npm run ops -- hours SUBSCRIPTION`.',
    isNeeded: isMetered,
    shownBy: ({ subscription, hours }) => {
      if (subscription?.state !== 'ended') return undefined;
      const left = hours.filter(({ state }) => !ANSWERED.includes(state) && state !== 'carried');
      return left.length === 0 ? 'No hour of usage is without a final answer of AWS.' : undefined;
    },
  },
];

function shownByNotice({ notices }: Seen, kind: Notice['kind']): string | undefined {
  const notice = notices.find((each) => each.kind === kind);
  return notice && `${kind} was written at ${notice.time}.`;
}

/** The walk that AWS's review asks for, as far as it has come. It is read anew each time, so it may be left at any step. */
export function walkOf(seen: Seen): Step[] {
  let isFirst = true;
  return RULES.filter(({ isNeeded }) => isNeeded?.(seen) ?? true).map(({ step, todo, shownBy }) => {
    const says = shownBy(seen);
    if (says !== undefined) return { step, state: 'done', says, todo: todo(seen) };
    const state = isFirst ? 'next' : 'later';
    isFirst = false;
    return { step, state, todo: todo(seen) };
  });
}
