import * as z from 'zod';
import { toLicenseId } from '../domain/identity';
import type { AgreementEvent, KeptEvent, LicenseEvent, OtherEvent } from '../domain/marketplace-event';
import { LICENSE_ARN } from '../domain/marketplace-limits';
import { previousAgreementOf, toAnnouncement } from './agreement-announcements';
import { keptText, keyText, messageId, messageTime } from './message-texts';

type EventBridgeEvent = LicenseEvent | AgreementEvent | OtherEvent;

const AGREEMENT_SOURCE = 'aws.agreement-marketplace';

/** EventBridge's envelope. EventBridge limits detail-type to 128 characters. */
const envelope = z.object({
  id: messageId,
  source: z.string(),
  'detail-type': keyText.max(128),
  time: messageTime,
  detail: z.record(z.string(), z.unknown()).default({}),
});

const agreementDetail = z.object({ agreement: z.object({ id: keyText }) });
const agreementStatus = z.object({ agreement: z.object({ status: z.string() }) });
const licenseDetail = z.object({ license: z.object({ arn: z.string() }) });
const productDetail = z.object({ product: z.object({ code: z.string().min(1) }) });
/** Any other value would bind the licence to no real account, and the buyer's own registration would be refused. */
const acceptorDetail = z.object({ acceptor: z.object({ accountId: z.string().regex(/^\d{1,255}$/) }) });

/** A suffix names the receiver (`- Manufacturer`, `- Proposer`); it does not change the meaning. */
const LICENSE_KINDS = {
  'License Updated': 'licenseUpdated',
  'License Deprovisioned': 'licenseDeprovisioned',
} as const;

/** A newer agreement has replaced the one that ended, so the subscription goes on. */
const STATUSES_THAT_GO_ON = new Set(['RENEWED', 'REPLACED', 'SUPERSEDED']);

/**
 * Reads one event as EventBridge sent it. An event of an unknown kind is `other`.
 * @throws ZodError when the input is not an EventBridge event.
 */
export function toAgreementEvent(input: unknown): EventBridgeEvent {
  const { id, source, time, detail, 'detail-type': detailType } = envelope.parse(input);
  const agreementId = agreementDetail.safeParse(detail).data?.agreement.id;
  const kept: KeptEvent = { id, detailType, time, agreementId, detail: detailText(detail) };
  return source === AGREEMENT_SOURCE ? toEvent(kept, detail) : { kind: 'other', kept };
}

/** Reads a kept event again, once the licence that it was waiting for is known. */
export function ofKeptEvent(kept: KeptEvent): EventBridgeEvent {
  try {
    return toEvent(kept, JSON.parse(kept.detail));
  } catch (error) {
    // The detail was truncated when it was kept. Events from AWS are never that long.
    if (error instanceof SyntaxError) return { kind: 'other', kept };
    throw error;
  }
}

function toEvent(kept: KeptEvent, detail: unknown): EventBridgeEvent {
  return toLicenseEvent(kept, detail) ?? toEventOfAgreement(kept, detail) ?? { kind: 'other', kept };
}

function toLicenseEvent(kept: KeptEvent, detail: unknown): LicenseEvent | undefined {
  const { detailType, time, agreementId } = kept;
  const kind = Object.entries(LICENSE_KINDS).find(([prefix]) => detailType.startsWith(prefix))?.[1];
  const arn = licenseDetail.safeParse(detail).data?.license.arn.trim() ?? '';
  const licenseId = toLicenseId(arn);
  if (kind === undefined || licenseId === undefined) return undefined;
  const customerAWSAccountId = acceptorDetail.safeParse(detail).data?.acceptor.accountId;
  return {
    kind: 'license',
    event: {
      kind,
      licenseId,
      time,
      customerAWSAccountId,
      agreementId,
      ...(LICENSE_ARN.test(arn) && { licenseArn: arn }),
    },
    productCode: productDetail.safeParse(detail).data?.product.code,
    kept,
  };
}

/** A new agreement changes no state: a separate event announces its licence. */
function toEventOfAgreement(kept: KeptEvent, detail: unknown): AgreementEvent | undefined {
  const { detailType, time, agreementId } = kept;
  if (agreementId === undefined) return undefined;
  const announcement = toAnnouncement(detailType, detail);
  const about = { kind: 'agreement', agreementId, kept, ...(announcement && { announcement }) } as const;
  const previousAgreementId = previousAgreementOf(detailType, detail);
  if (previousAgreementId !== undefined)
    return { ...about, event: { kind: 'agreementRenewed', time, agreementId, previousAgreementId } };
  const entitlementsChanged = { ...about, event: { kind: 'entitlementsChanged', time } } as const;
  if (detailType.startsWith('Purchase Agreement Amended')) return entitlementsChanged;
  if (!detailType.startsWith('Purchase Agreement Ended')) return announcement && about;
  const status = agreementStatus.safeParse(detail).data?.agreement.status ?? '';
  if (STATUSES_THAT_GO_ON.has(status)) return entitlementsChanged;
  return { ...about, event: { kind: 'agreementEnded', time, agreementId } };
}

function detailText(detail: Record<string, unknown>): string {
  try {
    return keptText(JSON.stringify(detail));
  } catch (error) {
    // JSON.parse accepts deeper nesting than JSON.stringify, which recurses.
    if (error instanceof RangeError) return JSON.stringify({ notKept: 'nested too deeply' });
    throw error;
  }
}
