/** What the package `aws-marketplace-simulator` exports. */
import type { RunningSimulator, SimulatorOptions } from './public-api';
import { startMarketplace as start } from './start';

/**
 * Starts a simulator of AWS Marketplace in this process, on the loopback unless told otherwise.
 *
 * @returns it once it answers. Several can run at the same time.
 * @throws Error that says what to correct in `start`, that the port is in use (`code` is `EADDRINUSE`), or what to do about a
 * state file that is damaged, is not the simulator's, or cannot be written
 */
export function startMarketplace(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  return start(options);
}

export type { Order } from './buy';
export type * from './public-api';
export type { EndOptions, PurchaseTerms } from './rules/agreements';
export { ANNOUNCEMENT_KINDS, type AnnouncementKind } from './rules/announcements';
export { FAULT_KINDS, OPERATIONS, type Fault, type FaultKind, type Operation } from './rules/faults';
export type { DoubleBilling, LedgerTotal } from './rules/ledger';
export { LICENSE_ARN_SHAPES, type LicenseArnShape } from './rules/license-arn';
export type { Renewal } from './rules/renewal';
export type {
  Agreement,
  Allocation,
  BilledRecord,
  Buyer,
  DimensionType,
  EndStatus,
  Entitlement,
  EntitlementValue,
  EventBridgeEvent,
  Product,
  SnsNotification,
} from './rules/state';
export type { IssuedToken } from './rules/tokens';
