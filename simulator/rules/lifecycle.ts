import type { Context } from './context';
import { publishAgreementEvent, publishLicenseEvent } from './events';
import { FINAL_USAGE_WINDOW_MS } from './limits';
import { notifyEntitlements, notifySubscription } from './notifications';
import { renewAgreement } from './renewal';
import type { Agreement, EndStatus } from './state';

/** Performs every activation, expiry and deprovisioning that is due, earliest first. */
export function runDue(context: Context): void {
  const nowMs = context.clock.now();
  for (;;) {
    let next: Agreement | undefined;
    let atMs = nowMs;
    for (const agreement of context.state.agreements.values()) {
      const changesAtMs = nextChangeAtMs(agreement);
      if (changesAtMs < atMs || (next === undefined && changesAtMs === atMs)) {
        next = agreement;
        atMs = changesAtMs;
      }
    }
    if (next === undefined) return;
    change(context, next, atMs);
  }
}

function nextChangeAtMs(agreement: Agreement): number {
  const { status, activatedAtMs, endedAtMs, deprovisionedAtMs } = agreement;
  if (deprovisionedAtMs !== undefined) return Infinity;
  if (endedAtMs !== undefined) return agreement.deprovisionAtMs ?? Infinity;
  // The license goes on under the next agreement.
  if (status === 'RENEWED' || status === 'REPLACED') return Infinity;
  if (activatedAtMs === undefined) return agreement.activatesAtMs;
  return agreement.endsAtMs ?? Infinity;
}

function change(context: Context, agreement: Agreement, atMs: number): void {
  if (agreement.endedAtMs !== undefined) {
    agreement.deprovisionedAtMs = atMs;
    publishLicenseEvent(context, 'Deprovisioned', { agreement, atMs });
    notifySubscription(context, 'unsubscribe-success', agreement);
  } else if (agreement.fails === true) {
    Object.assign(agreement, { status: 'TERMINATED', endedAtMs: atMs });
    publishAgreementEvent(context, 'Ended', { agreement, atMs });
    notifySubscription(context, 'subscribe-fail', agreement);
  } else if (agreement.activatedAtMs === undefined) {
    agreement.activatedAtMs = atMs;
    publishLicenseEvent(context, 'Updated', { agreement, atMs });
    notifySubscription(context, 'subscribe-success', agreement);
    if (agreement.entitlements.length > 0) notifyEntitlements(context, agreement);
  } else if (agreement.autoRenew === true && termMs(agreement) > 0) {
    renewAgreement(context, { agreement, atMs }, { endsAtMs: atMs + termMs(agreement) });
  } else {
    end(context, agreement, { status: 'EXPIRED', atMs, deprovisionAfterMs: FINAL_USAGE_WINDOW_MS });
  }
}

/** How long the contract runs. */
function termMs({ acceptedAtMs, startsAtMs = acceptedAtMs, endsAtMs = startsAtMs }: Agreement): number {
  return endsAtMs - startsAtMs;
}

interface End {
  status: EndStatus;
  atMs: number;
  deprovisionAfterMs: number;
}

/** Ends an agreement and schedules the deprovisioning of its license. */
export function end(context: Context, agreement: Agreement, { status, atMs, deprovisionAfterMs }: End): void {
  agreement.status = status;
  // The license may have been deprovisioned first: AWS sends the two events in either order.
  agreement.endedAtMs ??= atMs;
  agreement.deprovisionAtMs ??= atMs + deprovisionAfterMs;
  publishAgreementEvent(context, 'Ended', { agreement, atMs });
  notifySubscription(context, 'unsubscribe-pending', agreement);
  notifyEntitlements(context, agreement);
}

/** Whether AWS accepts usage now: while the license is active, and for an hour after its end. */
export function isBillable({ activatedAtMs, endedAtMs }: Agreement, nowMs: number): boolean {
  if (activatedAtMs === undefined || activatedAtMs > nowMs) return false;
  return endedAtMs === undefined || nowMs < endedAtMs + FINAL_USAGE_WINDOW_MS;
}
