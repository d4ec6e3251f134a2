import { html, type Html } from '../../web/html';
import { badge, card, definitions, link, number, table } from '../../web/parts';
import { SetupError } from '../rules/required';
import type { Marketplace } from '../marketplace';
import type { BilledRecord } from '../rules/state';
import type { Filter } from './filters';
import { paged } from './paging';
import { PARTS, type View } from './shell';
import { utcTime } from './words';

const pathOf = (meteringRecordId: string) => `${PARTS.ledger}/${encodeURIComponent(meteringRecordId)}`;

export const recordLink = (meteringRecordId: string): Html => link(pathOf(meteringRecordId), meteringRecordId);

/** `license` and `product` are the two identities that AWS bills separately. */
export const identityText = ({ form, licenseArn }: Pick<BilledRecord, 'form' | 'licenseArn'>): string =>
  form === 'license' ? (licenseArn ?? '') : `ProductCode${licenseArn === undefined ? '' : `, ${licenseArn}`}`;

/** One usage record as AWS bills it, with its allocations. */
export function recordPage(marketplace: Marketplace, meteringRecordId: string, filter: Filter): View {
  const record = marketplace.ledger().find((each) => each.meteringRecordId === meteringRecordId);
  if (record === undefined) throw new SetupError(404, `There is no billed usage record ${meteringRecordId}.`);
  const { items, pager } = paged(record.allocations, filter, {
    path: pathOf(meteringRecordId),
    noun: 'UsageAllocation',
  });
  return {
    title: `Usage record ${meteringRecordId}`,
    part: PARTS.ledger,
    content: html`${card(
        'What AWS bills',
        definitions([
          ['Hour', utcTime(record.hour)],
          ['Dimension', record.dimension],
          ['Quantity', record.quantity],
          ['CustomerAWSAccountId', record.accountId],
          ['LicenseArn', record.licenseArn],
          ['ProductCode', record.productCode],
          ['Metered by', record.form === 'license' ? 'LicenseArn' : 'ProductCode'],
          ['Timestamp', utcTime(record.timestamp)],
          ['Accepted', utcTime(record.billedAt)],
          ['Price', record.freeTrial ? badge('free trial: nothing', 'warn') : undefined],
        ]),
      )}
      ${card(
        'UsageAllocations',
        table({
          caption: 'The quantity by tags, as the buyer sees it in the cost reports.',
          columns: ['Tags', number('AllocatedUsageQuantity')],
          rows: items.map(({ tags, quantity }) => [
            tags.map(({ key, value }) => `${key}=${value}`).join(', ') || 'without tags',
            quantity,
          ]),
        }),
        record.allocations.length > 0 ? pager : undefined,
      )}
      <p class="crumbs">${link(PARTS.ledger, 'The whole ledger')}</p>`,
  };
}
