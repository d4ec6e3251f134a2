import type { Context } from './context';
import { publishAgreementEvent, publishLicenseEvent } from './events';
import { newLicenseArn, type LicenseArnShape } from './license-arn';
import { FINAL_USAGE_WINDOW_MS } from './limits';
import { notifyEntitlements } from './notifications';
import { lowerCase } from './random';
import type { Agreement, Entitlement } from './state';

/** How an agreement is continued. */
export interface Renewal {
  /** Default: `RENEWED`. */
  as?: 'RENEWED' | 'REPLACED';
  /** When the new agreement ends, in milliseconds since the epoch. Default: never. */
  endsAtMs?: number;
  /** Default: those of the old agreement. */
  entitlements?: Entitlement[];
  /** The new agreement has a license of its own. By default it takes over the old one's. */
  newLicense?: boolean;
  /** The shape of the new license's ARN. */
  licenseArnShape?: LicenseArnShape;
}

/**
 * A new agreement continues an old one, which ends as RENEWED or REPLACED. The buyer never loses access. With a new
 * license, the old one is deprovisioned after the hour for its final usage.
 */
export function renewAgreement(
  context: Context,
  { agreement: old, atMs }: { agreement: Agreement; atMs: number },
  { as = 'RENEWED', endsAtMs, entitlements = old.entitlements, newLicense = false, licenseArnShape }: Renewal,
): Agreement {
  const next: Agreement = {
    ...old,
    agreementId: newAgreementId(context),
    previousAgreementId: old.agreementId,
    intent: as === 'RENEWED' ? 'RENEW' : 'REPLACE',
    entitlements,
    acceptedAtMs: atMs,
    startsAtMs: undefined,
    endsAtMs,
    ...(newLicense && {
      licenseArn: newLicenseArn(context.random, licenseArnShape),
      ...(old.activatedAtMs !== undefined && { activatesAtMs: atMs, activatedAtMs: atMs }),
    }),
  };
  old.status = as;
  if (newLicense) Object.assign(old, { endedAtMs: atMs, deprovisionAtMs: atMs + FINAL_USAGE_WINDOW_MS });
  addAgreement(context, next);
  publishAgreementEvent(context, 'Ended', { agreement: old, atMs });
  announceEntitlements(context, { agreement: next, atMs });
  return next;
}

export const newAgreementId = ({ random }: Context) => `agmt-${lowerCase(random, 25)}`;

export function addAgreement(context: Context, agreement: Agreement): void {
  context.state.agreements.set(agreement.agreementId, agreement);
  context.state.licenses.set(agreement.licenseArn, agreement);
  publishAgreementEvent(context, 'Created', { agreement, atMs: agreement.acceptedAtMs });
}

export function announceEntitlements(context: Context, change: { agreement: Agreement; atMs: number }): void {
  if (change.agreement.activatedAtMs !== undefined) publishLicenseEvent(context, 'Updated', change);
  notifyEntitlements(context, change.agreement);
}
