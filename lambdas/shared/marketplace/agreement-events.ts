import * as z from 'zod';
import type { LicenseEvent } from '../domain/license-event';
import { toLicenseId } from '../domain/license-id';
import type { KeptEvent } from '../stores/subscriptions';

/** An event of AWS Marketplace: about a licence that we can name, or any other. */
export type AgreementEvent =
  { kind: 'license'; event: LicenseEvent; productCode?: string; kept: KeptEvent } | { kind: 'other'; kept: KeptEvent };

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
const licenseDetail = z.object({ license: z.object({ arn: z.string() }) });
const productDetail = z.object({ product: z.object({ code: z.string().min(1) }) });
const acceptorDetail = z.object({ acceptor: z.object({ accountId: z.string().min(1) }) });

/** Who receives it stands behind a dash (`- Manufacturer`, `- Proposer`) and changes nothing of what it says. */
const LICENSE_KINDS = {
  'License Updated': 'licenseUpdated',
  'License Deprovisioned': 'licenseDeprovisioned',
} as const;

/**
 * Reads one event as EventBridge sent it.
 * @throws ZodError when it is no EventBridge event at all; what is one, but of a kind nobody knows, is `other`.
 */
export function toAgreementEvent(input: unknown): AgreementEvent {
  const { id, source, time, detail, 'detail-type': detailType } = envelope.parse(input);
  const utc = new Date(time).toISOString();
  const agreementId = agreementDetail.safeParse(detail).data?.agreement.id;
  const kept: KeptEvent = { id, detailType, time: utc, agreementId, detail: JSON.stringify(detail) };
  const kind = Object.entries(LICENSE_KINDS).find(([prefix]) => detailType.startsWith(prefix))?.[1];
  const licenseId = toLicenseId(licenseDetail.safeParse(detail).data?.license.arn ?? '');
  if (source !== AGREEMENT_SOURCE || kind === undefined || licenseId === undefined) return { kind: 'other', kept };
  const customerAWSAccountId = acceptorDetail.safeParse(detail).data?.acceptor.accountId;
  return {
    kind: 'license',
    event: { kind, licenseId, time: utc, customerAWSAccountId, agreementId },
    productCode: productDetail.safeParse(detail).data?.product.code,
    kept,
  };
}
