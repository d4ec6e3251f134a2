import * as z from 'zod';
import type { LicenseEvent } from '../domain/license-event';
import { toLicenseId } from '../domain/license-id';
import type { KeptEvent } from '../stores/subscriptions';

/** An event of AWS Marketplace: about a licence that we can name, or any other. */
export type AgreementEvent =
  { kind: 'license'; event: LicenseEvent; productCode?: string; kept: KeptEvent } | { kind: 'other'; kept: KeptEvent };

const AGREEMENT_SOURCE = 'aws.agreement-marketplace';

const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** What becomes part of a key: DynamoDB takes 1,024 bytes of it, and no half characters. */
const keyText = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed());

/** EventBridge's envelope. Its ids are its own, and it takes no longer detail-type. */
const envelope = z.object({
  id: z.string().regex(/^[\w-]{1,100}$/),
  source: z.string(),
  'detail-type': keyText.max(128),
  // Times sort as texts, as long as their year has four digits: a zone can push `9999-12-31` beyond them.
  time: z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text))
    .refine((epochMs) => epochMs >= 0 && epochMs < YEAR_10000_MS),
  detail: z.record(z.string(), z.unknown()).default({}),
});

const agreementDetail = z.object({ agreement: z.object({ id: keyText }) });
const licenseDetail = z.object({ license: z.object({ arn: z.string() }) });
const productDetail = z.object({ product: z.object({ code: z.string().min(1) }) });
/** Anything else would bind the licence to nobody, and the buyer's own registration would be refused. */
const acceptorDetail = z.object({ acceptor: z.object({ accountId: z.string().regex(/^\d{1,255}$/) }) });

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
  const kept: KeptEvent = { id, detailType, time: utc, agreementId, detail: detailText(detail) };
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

/** An item holds 400 KB. AWS's details have a few hundred characters, and one that is too long is no reason to fail. */
const MAX_DETAIL_LENGTH = 100_000;

function detailText(detail: Record<string, unknown>): string {
  try {
    return JSON.stringify(detail).slice(0, MAX_DETAIL_LENGTH).toWellFormed();
  } catch (error) {
    // What JSON.parse reads in a loop, JSON.stringify writes by recursion.
    if (error instanceof RangeError) return JSON.stringify({ notKept: 'nested too deeply' });
    throw error;
  }
}
