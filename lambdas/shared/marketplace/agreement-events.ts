import * as z from 'zod';
import type { EntitlementEvent, LifecycleEvent } from '../domain/lifecycle-event';
import { toLicenseId } from '../domain/license-id';
import type { KeptEvent } from '../stores/subscriptions';

/** What an event of AWS Marketplace is about: a licence or an agreement that we can name, or anything else. */
export type AgreementEvent =
  | { kind: 'license'; event: LifecycleEvent & { licenseId: string }; productCode?: string; kept: KeptEvent }
  | { kind: 'agreement'; event: LifecycleEvent | EntitlementEvent; agreementId: string; kept: KeptEvent }
  | { kind: 'other'; kept: KeptEvent };

const AGREEMENT_SOURCE = 'aws.agreement-marketplace';

/** EventBridge's envelope. */
const envelope = z.object({
  id: z.string().min(1),
  source: z.string(),
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.record(z.string(), z.unknown()).default({}),
});

const named = z.object({ id: z.string().min(1) });
const agreementDetail = z.object({ agreement: named });
const agreementStatus = z.object({ agreement: z.object({ status: z.string() }) });
const licenseDetail = z.object({ license: z.object({ arn: z.string() }) });
const productDetail = z.object({ product: z.object({ code: z.string().min(1) }) });
const acceptorDetail = z.object({ acceptor: z.object({ accountId: z.string().min(1) }) });

/** Who receives it stands behind a dash (`- Manufacturer`, `- Proposer`) and changes nothing of what it says. */
const LICENSE_KINDS = {
  'License Updated': 'licenseUpdated',
  'License Deprovisioned': 'licenseDeprovisioned',
} as const;

/** The agreement is over, but another one has taken its place: nobody loses anything. */
const STATUSES_THAT_GO_ON = new Set(['RENEWED', 'REPLACED', 'SUPERSEDED']);

/**
 * Reads one event as EventBridge sent it.
 * @throws ZodError when it is no EventBridge event at all; what is one, but of a kind nobody knows, is `other`.
 */
export function toAgreementEvent(input: unknown): AgreementEvent {
  const { id, source, time, detail, 'detail-type': detailType } = envelope.parse(input);
  const utc = new Date(time).toISOString();
  const agreementId = agreementDetail.safeParse(detail).data?.agreement.id;
  const kept: KeptEvent = { id, detailType, time: utc, agreementId, detail: JSON.stringify(detail) };
  return source === AGREEMENT_SOURCE ? ofKeptEvent(kept) : { kind: 'other', kept };
}

/** Reads an event again that has been waiting for the licence it is about. */
export function ofKeptEvent(kept: KeptEvent): AgreementEvent {
  const detail: unknown = JSON.parse(kept.detail);
  return toLicenseEvent(kept, detail) ?? toEventOfAgreement(kept, detail) ?? { kind: 'other', kept };
}

function toLicenseEvent(kept: KeptEvent, detail: unknown): AgreementEvent | undefined {
  const { detailType, time, agreementId } = kept;
  const kind = Object.entries(LICENSE_KINDS).find(([prefix]) => detailType.startsWith(prefix))?.[1];
  const licenseId = toLicenseId(licenseDetail.safeParse(detail).data?.license.arn ?? '');
  if (kind === undefined || licenseId === undefined) return undefined;
  const customerAWSAccountId = acceptorDetail.safeParse(detail).data?.acceptor.accountId;
  return {
    kind: 'license',
    event: { kind, licenseId, time, customerAWSAccountId, agreementId },
    productCode: productDetail.safeParse(detail).data?.product.code,
    kept,
  };
}

/** An agreement that comes to be says nothing yet: its licence is announced by an event of its own. */
function toEventOfAgreement(kept: KeptEvent, detail: unknown): AgreementEvent | undefined {
  const { detailType, time, agreementId } = kept;
  if (agreementId === undefined) return undefined;
  const about = { kind: 'agreement', agreementId, kept } as const;
  const entitlementsChanged = { ...about, event: { kind: 'entitlementsChanged', time } } as const;
  if (detailType.startsWith('Purchase Agreement Amended')) return entitlementsChanged;
  if (!detailType.startsWith('Purchase Agreement Ended')) return undefined;
  const status = agreementStatus.safeParse(detail).data?.agreement.status ?? '';
  if (STATUSES_THAT_GO_ON.has(status)) return entitlementsChanged;
  return { ...about, event: { kind: 'agreementEnded', time, agreementId } };
}
