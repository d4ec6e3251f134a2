import { failed, ok, whenRead, type Finding } from '../finding';
import type { Reading } from '../reading';

/** The calls of AWS Marketplace, by the function that makes them: the end of its logical id. */
export const MARKETPLACE_CALLS: Readonly<Record<string, string>> = {
  RegisterSubscription: 'aws-marketplace:ResolveCustomer',
  MeterUsage: 'aws-marketplace:BatchMeterUsage',
  RefreshEntitlements: 'aws-marketplace:GetEntitlements',
};

const CHECK = 'permissions';

/** `denied`: the actions that a function's role may not call, with the function. */
export function checkPermissions(reading: Reading<readonly { function: string; action: string }[]>): Finding[] {
  return whenRead(CHECK, reading, (denied) => {
    if (denied.length === 0) return ok(CHECK, 'The functions may make the three calls of AWS Marketplace.');
    const list = denied.map((each) => `${each.function} (${each.action})`).join(', ');
    return failed(CHECK, `These may not make their call: ${list}.`, {
      todo: "Deploy the stack again; look for a permissions boundary, or a policy of the account's organization.",
      see: 'docs/runbook.md#metering-misconfigured',
    });
  });
}
