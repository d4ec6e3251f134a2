import type { Context, EventLicenseArn } from './context';
import { uuid } from './random';
import { required } from './required';
import type { Agreement, EventBridgeEvent } from './state';

/** The end time AWS writes for an agreement without one. */
const NO_END = '9999-01-01T00:00:00Z';

interface Change {
  agreement: Agreement;
  atMs: number;
}

/**
 * `Purchase Agreement Created`, `Amended` and `Ended`. They name neither the product nor the license. A seller who is
 * both manufacturer and proposer receives only the proposer's event.
 */
export function publishAgreementEvent(
  context: Context,
  change: 'Created' | 'Amended' | 'Ended',
  { agreement, atMs }: Change,
): void {
  const { channelPartner } = required(context.state.offers, agreement.offerId, 'offer');
  const role = channelPartner ? 'Manufacturer' : 'Proposer';
  const { agreementId, previousAgreementId, intent, status, acceptedAtMs, endsAtMs } = agreement;
  const { startsAtMs = acceptedAtMs } = agreement;
  const terms = {
    intent: change === 'Amended' ? 'AMEND' : intent,
    status: 'ACTIVE',
    acceptanceTime: new Date(acceptedAtMs).toISOString(),
    startTime: new Date(startsAtMs).toISOString(),
    endTime: endsAtMs === undefined ? NO_END : new Date(endsAtMs).toISOString(),
    ...(change === 'Created' && previousAgreementId !== undefined && { previousAgreementId }),
  };
  publishEvent(context, {
    detailType: `Purchase Agreement ${change} - ${role}`,
    agreement,
    atMs,
    detail: {
      agreement: { id: agreementId, ...(change === 'Ended' ? { status } : terms) },
      resaleAuthorization: { id: channelPartner?.resaleAuthorizationId ?? null },
    },
  });
}

/** `License Updated` and `Deprovisioned`: the manufacturer's events, and the only ones that name the license. */
export function publishLicenseEvent(
  context: Context,
  change: 'Updated' | 'Deprovisioned',
  { agreement, atMs }: Change,
): void {
  const { productId, productCode } = required(context.state.products, agreement.productCode, 'product');
  publishEvent(context, {
    detailType: `License ${change} - Manufacturer`,
    agreement,
    atMs,
    detail: {
      license: { arn: eventArn(context, agreement.licenseArn) },
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

function eventArn({ options: { eventLicenseArn }, state }: Context, licenseArn: string): string {
  const shapes = Object.values(ARN_SHAPES);
  const shape =
    eventLicenseArn === 'inTurn' ? shapes[state.events.length % shapes.length] : ARN_SHAPES[eventLicenseArn];
  return shape?.(licenseArn) ?? licenseArn;
}

interface NewEvent extends Change {
  detailType: string;
  detail: Record<string, unknown>;
  /** Whether the event names the parties, the offer and the agreement as its resource. Default: yes. */
  parties?: boolean;
}

export function publishEvent(
  context: Context,
  { detailType, agreement, atMs, detail, parties = true }: NewEvent,
): void {
  const { sellerAccountId } = context.options;
  const { channelPartner } = required(context.state.offers, agreement.offerId, 'offer');
  const event: EventBridgeEvent = {
    version: '0',
    id: uuid(context.random),
    'detail-type': detailType,
    source: 'aws.agreement-marketplace',
    account: sellerAccountId,
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region: 'us-east-1',
    resources: parties ? [`arn:aws:aws-marketplace::aws:agreement:${agreement.agreementId}`] : [],
    detail: {
      requestId: uuid(context.random),
      catalog: 'AWSMarketplace',
      ...(parties && {
        acceptor: { accountId: agreement.accountId },
        proposer: { accountId: channelPartner?.accountId ?? sellerAccountId },
        offer: { id: agreement.offerId },
      }),
      ...detail,
    },
  };
  context.state.events.push(event);
  context.publish(event);
}
