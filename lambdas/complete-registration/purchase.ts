import { html, type Html } from '../../web/html';
import type { PageText } from '../shared/contract/page-texts';
import type { Product } from '../shared/contract/seller-configuration';
import type { AgreementDetails } from '../shared/domain/agreement-details';
import {
  hasEntitlements,
  inOrder,
  shownValue,
  type Entitlement,
  type Entitlements,
} from '../shared/domain/entitlements';
import { freeTrialOf } from '../shared/domain/free-trial';
import { periodsOf } from '../shared/domain/periods';
import type { Subscription } from '../shared/domain/subscription';
import type { SellerSite } from '../shared/runtime/seller-site';

/** What a buyer bought, as far as it is known. */
export interface Purchase {
  subscription: Subscription;
  /** Undefined for a product that is no longer configured. */
  product: Product | undefined;
  /** AWS's last answer. */
  entitlements: Entitlements | undefined;
  /** What AWS says of the agreement, if the seller wants to know. */
  details: AgreementDetails | undefined;
  nowMs: number;
}

export const productNameOf = ({ subscription, product }: Purchase): string => product?.name ?? subscription.productCode;

const STATES: Record<Subscription['state'], PageText> = {
  pending: 'statePending',
  active: 'stateActive',
  ending: 'stateEnding',
  ended: 'stateEnded',
};

type Row = [label: PageText, value: string | Html];

/** The subscription as a list: what was bought, since when and until when. Times are in UTC. */
export function purchaseDetails(purchase: Purchase, site: SellerSite): Html {
  const { subscription, nowMs, details } = purchase;
  const { customerAWSAccountId, state, subscriptionId } = subscription;
  const { freeTrial } = freeTrialOf(subscription, { details, nowMs });
  const name = productNameOf(purchase);
  const rows: Row[] = [
    ['productLabel', freeTrial ? `${name} ${site.say('freeTrial')}` : name],
    ...(customerAWSAccountId === undefined
      ? []
      : [['accountLabel', site.say('accountDigits', { digits: customerAWSAccountId.slice(-4) })] satisfies Row]),
    ['stateLabel', site.say(STATES[state])],
    ...dateRows(purchase, site),
    ...entitlementRows(purchase, site),
    ['referenceLabel', subscriptionId],
  ];
  return html`<dl>
    ${rows.map(
      ([label, value]) =>
        html`<dt>${site.say(label)}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function dateRows({ subscription, entitlements, details, nowMs }: Purchase, site: SellerSite): Row[] {
  const since = subscription.state === 'pending' ? undefined : periodsOf(subscription).at(-1)?.from;
  // An answer about the agreement before says nothing about this one.
  const current = details?.agreementId === subscription.agreementId ? details : undefined;
  const trialEnd = current?.freeTrialEndsAt;
  return [
    ...dateRow('sinceLabel', since, site),
    ...dateRow('trialEndLabel', Date.parse(trialEnd ?? '') > nowMs ? trialEnd : undefined, site),
    ...(current?.endsAt === undefined
      ? dateRow('validLabel', validUntil(entitlements), site)
      : contractEnd(current.endsAt, current.autoRenewal, site)),
  ];
}

function dateRow(label: PageText, iso: string | undefined, { date }: SellerSite): Row[] {
  return iso === undefined ? [] : [[label, date(iso)]];
}

function contractEnd(endsAt: string, renews: boolean | undefined, { date, say }: SellerSite): Row[] {
  return [['contractEndLabel', renews === true ? `${date(endsAt)} ${say('contractRenews')}` : date(endsAt)]];
}

/** The first date until which something of the contract is certain. A renewal extends it. */
function validUntil(entitlements: Entitlements | undefined): string | undefined {
  const dates = entitlements?.entitlements.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : [expiresAt]));
  return dates?.sort()[0];
}

function entitlementRows({ product, entitlements }: Purchase, site: SellerSite): Row[] {
  if (product === undefined || !hasEntitlements(product)) return [];
  const list = inOrder(entitlements?.entitlements ?? []);
  if (list.length === 0) return [['entitlementsLabel', site.say('entitlementsUnknown')]];
  const lines = list.map((each) => html`<li>${lineOf(each, product, site)}</li>`);
  return [
    [
      'entitlementsLabel',
      html`<ul>
        ${lines}
      </ul>`,
    ],
  ];
}

function lineOf({ dimension, value }: Entitlement, { dimensions }: Product, { say }: SellerSite): string {
  const label = dimensions.find(({ apiName }) => apiName === dimension)?.label ?? dimension;
  const shown = shownValue(value);
  return `${label}: ${typeof shown === 'string' ? shown : say(shown ? 'granted' : 'notGranted')}`;
}
