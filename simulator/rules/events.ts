import { uuid } from './random';
import type { Agreement } from './state';
import { required } from './required';
import type { EventLicenseArn, World } from './world';

/** An event as EventBridge delivers it. */
export interface MarketplaceEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: 'aws.agreement-marketplace';
  account: string;
  time: string;
  region: 'us-east-1';
  resources: string[];
  detail: Record<string, unknown>;
}

/** What AWS writes as the end of an agreement that has none. */
const NO_END = '9999-01-01T00:00:00Z';

/** What has changed, and when. */
interface Change {
  agreement: Agreement;
  atMs: number;
}

export const isoSeconds = (epochMs: number) => `${new Date(epochMs).toISOString().slice(0, 19)}Z`;

/**
 * `Purchase Agreement Created`, `Amended` and `Ended`. They carry neither product nor licence. A seller who is both manufacturer
 * and proposer gets the Proposer's event only.
 */
export function publishAgreementEvent(
  world: World,
  change: 'Created' | 'Amended' | 'Ended',
  { agreement, atMs }: Change,
): void {
  const { channelPartner } = required(world.state.offers, agreement.offerId, 'offer');
  const role = channelPartner ? 'Manufacturer' : 'Proposer';
  const { agreementId, intent, status, acceptedAtMs, startsAtMs = acceptedAtMs, endsAtMs } = agreement;
  const terms = {
    intent: change === 'Amended' ? 'AMEND' : intent,
    status: 'ACTIVE',
    acceptanceTime: new Date(acceptedAtMs).toISOString(),
    startTime: new Date(startsAtMs).toISOString(),
    endTime: endsAtMs === undefined ? NO_END : new Date(endsAtMs).toISOString(),
  };
  emit(world, {
    detailType: `Purchase Agreement ${change} - ${role}`,
    agreement,
    atMs,
    detail: {
      agreement: { id: agreementId, ...(change === 'Ended' ? { status } : terms) },
      resaleAuthorization: { id: channelPartner?.resaleAuthorizationId ?? null },
    },
  });
}

/** `License Updated` and `Deprovisioned`: always the manufacturer's, and the only ones that name the licence. */
export function publishLicenseEvent(
  world: World,
  change: 'Updated' | 'Deprovisioned',
  { agreement, atMs }: Change,
): void {
  const { productId, productCode } = required(world.state.products, agreement.productCode, 'product');
  const { licenseArn } = agreement;
  emit(world, {
    detailType: `License ${change} - Manufacturer`,
    agreement,
    atMs,
    detail: {
      license: { arn: shownArn(world, licenseArn) },
      product: { id: productId, code: productCode },
      agreement: { id: agreement.agreementId },
    },
  });
}

const ARN_SHAPES: Record<Exclude<EventLicenseArn, 'inTurn'>, (licenseArn: string) => string> = {
  whole: (licenseArn) => licenseArn,
  withoutPrefix: (licenseArn) => licenseArn.replace(/^arn:/, ''),
  bareId: (licenseArn) => licenseArn.replace(':license:', ':'),
  slash: (licenseArn) => licenseArn.replace(':license:', ':license/'),
};

function shownArn({ options: { eventLicenseArn }, state }: World, licenseArn: string): string {
  const shapes = Object.values(ARN_SHAPES);
  const shape =
    eventLicenseArn === 'inTurn' ? shapes[state.events.length % shapes.length] : ARN_SHAPES[eventLicenseArn];
  return shape?.(licenseArn) ?? licenseArn;
}

interface Emission extends Change {
  detailType: string;
  detail: Record<string, unknown>;
}

function emit(world: World, { detailType, agreement, atMs, detail }: Emission): void {
  const { sellerAccountId } = world.options;
  const { channelPartner } = required(world.state.offers, agreement.offerId, 'offer');
  const event: MarketplaceEvent = {
    version: '0',
    id: uuid(world.random),
    'detail-type': detailType,
    source: 'aws.agreement-marketplace',
    account: sellerAccountId,
    time: isoSeconds(atMs),
    region: 'us-east-1',
    resources: [`arn:aws:aws-marketplace::aws:agreement:${agreement.agreementId}`],
    detail: {
      requestId: uuid(world.random),
      catalog: 'AWSMarketplace',
      acceptor: { accountId: agreement.accountId },
      proposer: { accountId: channelPartner?.accountId ?? sellerAccountId },
      offer: { id: agreement.offerId },
      ...detail,
    },
  };
  world.state.events.push(event);
  world.publish(event);
}
