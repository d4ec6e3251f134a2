import type { HourState } from '../../../lambdas/shared/domain/hourly-usage';
import { html, type Html } from '../../../web/html';
import { link } from '../../../web/parts';

/** What to do about a reason, in one sentence. The runbook's section has the rest. */
const BY_REASON: Readonly<Record<string, string>> = {
  conflict:
    'AWS has another quantity for these hours: something else meters the product. Find it, and settle the difference with the buyer.',
  notSubscribed:
    'AWS said to the end that the buyer is not subscribed. Ask the buyer about the AWS account, and settle what was used.',
  notSubscribedThen: 'Nothing: nobody was subscribed when it was used.',
  echoDiffers:
    'AWS repeated another quantity when it took the record. Look into the usage report, then settle each hour.',
  InvalidUsageDimensionException: 'The listing has no such dimension. Compare it with apiName, letter by letter.',
  InvalidLicenseException: 'The licence was over, or not active for that time. Settle it with the buyer, or forgo it.',
  InvalidTagException: 'A fault of this project: report it with the record.',
  InvalidUsageAllocationsException: 'A fault of this project: report it with the record.',
  TimestampOutOfBoundsException: 'A clock is wrong, or AWS accepts usage for a shorter time than documented.',
};

const BY_STATE: Readonly<Partial<Record<HourState, string>>> = {
  rejected: 'AWS refused the record until its window closed. Settle it with the buyer, and mend the reason.',
  expired: 'It could not be reported in time. Settle it with the buyer, or forgo it.',
  unconfirmed: 'AWS never said whether it bills it. Compare with the usage report, then settle each hour.',
};

const SECTIONS: Readonly<Partial<Record<HourState, string>>> = {
  rejected: 'usage-rejected',
  expired: 'usage-expired',
  unconfirmed: 'settle-an-unconfirmed-hour',
};

export function adviceOn(reason: string, state: HourState | undefined): Html {
  const advice = BY_REASON[reason] ?? (state && BY_STATE[state]) ?? 'Look it up in the runbook.';
  const section = state && SECTIONS[state];
  return html`${advice} ${section === undefined ? undefined : link(`/runbook/${section}`, 'The runbook')}`;
}
