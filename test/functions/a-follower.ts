import { createDependencies } from '../../lambdas/follow-agreement/dependencies';
import { followAgreement } from '../../lambdas/follow-agreement/follow-agreement';
import type { Identity } from '../../lambdas/shared/domain/identity';
import { aSellerConfiguration, LEGACY_PRODUCT } from '../../proofs/stand-ins/a-seller';
import { memoryPorts } from '../../proofs/stand-ins/function-ports';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { MemoryTables } from '../../proofs/stand-ins/memory-tables';
import { aCustomerNotification, type CustomerNotificationFields } from '../builders/a-customer-notification';
import { anAgreementEvent, type AgreementEventFields } from '../builders/an-agreement-event';

export const NOW_MS = Date.parse('2026-11-02T12:00:00Z');
/** The customer named by the events and notifications of the builders. */
export const LICENSE = { kind: 'license', licenseId: 'l-0123456789abcdef0123456789abcdef' } as const;
export const CUSTOMER = {
  kind: 'legacyCustomer',
  productCode: LEGACY_PRODUCT,
  customerIdentifier: 'X01EXAMPLEX',
} as const;

/** follow-agreement on tables in memory, and the subscriptions it stores. */
export function givenFollower() {
  const tables = new MemoryTables();
  const ports = memoryPorts(tables, { nowMs: NOW_MS });
  const deps = createDependencies(ports, { tables: TABLE_NAMES, configuration: aSellerConfiguration() });
  const { subscriptions } = deps;
  const known = async (identity: Identity) => {
    const found = await subscriptions.findByIdentity(identity);
    if (found === undefined) throw new Error(`Nobody knows ${JSON.stringify(identity)}.`);
    return found;
  };
  return {
    ...ports,
    tables,
    subscriptions,
    follow: (fields?: AgreementEventFields) => followAgreement(anAgreementEvent(fields), deps),
    notify: (fields?: CustomerNotificationFields) => followAgreement(aCustomerNotification(fields), deps),
    take: (message: unknown) => followAgreement(message, deps),
    licence: () => known(LICENSE),
    customer: () => known(CUSTOMER),
  };
}
