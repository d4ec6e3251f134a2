import { Marketplace } from '../../simulator/marketplace';
import type { NewProduct } from '../../simulator/rules/catalog';
import type { Operation } from '../../simulator/rules/faults';
import type { Agreement, Buyer, EventBridgeEvent } from '../../simulator/rules/state';
import type { MarketplaceOptions } from '../../simulator/rules/context';
import type { BatchMeterUsageOutput } from '../../simulator/operations/batch-meter-usage';
import type { Purchase } from '../../simulator/rules/agreements';

/** A clock that moves only when told to. */
export class StoppedClock {
  #nowMs: number;
  constructor(now: string) {
    this.#nowMs = Date.parse(now);
  }
  now = () => this.#nowMs;
  advance(ms: number): void {
    this.#nowMs += ms;
  }
  set(now: string): void {
    this.#nowMs = Date.parse(now);
  }
}

export const HOUR = 3_600_000;
export const epochSeconds = (time: string) => Date.parse(time) / 1000;

export function aProduct(product: Partial<NewProduct> = {}): NewProduct {
  return {
    productCode: 'analytics',
    name: 'Analytics',
    identityMode: 'license',
    pricingModel: 'subscription',
    dimensions: ['requests', 'storage'],
    ...product,
  };
}

export interface Scene {
  marketplace: Marketplace;
  clock: StoppedClock;
  events: EventBridgeEvent[];
  agreement: Agreement;
  buyer: Buyer;
  /** A valid usage record with the buyer's license; the test overrides what matters. */
  aRecord(members?: Record<string, unknown>): Record<string, unknown>;
}

export interface SceneOptions {
  now?: string;
  seed?: number;
  product?: Partial<NewProduct>;
  purchase?: Partial<Purchase>;
  options?: Partial<MarketplaceOptions>;
}

/** A marketplace with one product and one buyer who subscribed ten days ago. */
export function aScene({ now = '2026-11-15T12:30:00Z', seed, product, purchase, options }: SceneOptions = {}): Scene {
  const clock = new StoppedClock(now);
  clock.advance(-240 * HOUR);
  const events: EventBridgeEvent[] = [];
  const marketplace = new Marketplace({ clock, seed, options, publish: (event) => void events.push(event) });
  const { productCode } = marketplace.addProduct(aProduct(product));
  const buyer = marketplace.addBuyer({ accountId: '111122223333', name: 'Acme' });
  const { offerId } = marketplace.publicOffer(productCode);
  const agreement = marketplace.subscribe({ accountId: buyer.accountId, offerId, ...purchase });
  clock.advance(240 * HOUR);
  marketplace.runDue();
  const aRecord = (members = {}) => ({
    Timestamp: epochSeconds(now) - 3600,
    CustomerAWSAccountId: buyer.accountId,
    LicenseArn: agreement.licenseArn,
    Dimension: 'requests',
    Quantity: 10,
    ...members,
  });
  return { marketplace, clock, events, agreement, buyer, aRecord };
}

/** @throws when the call is not answered. */
export function answered<Output extends object>(
  marketplace: Marketplace,
  operation: Operation,
  input: unknown,
): Output {
  const outcome = marketplace.call(operation, input);
  if (outcome.kind === 'answered') return outcome.output as Output;
  throw new Error(outcome.kind === 'failed' ? `${outcome.error.type}: ${outcome.error.message}` : outcome.kind);
}

export const metered = (marketplace: Marketplace, records: unknown[], request: Record<string, unknown> = {}) =>
  answered<BatchMeterUsageOutput>(marketplace, 'BatchMeterUsage', { ...request, UsageRecords: records });

/** The exception's type, or else whether the call was answered or dropped. */
export function outcomeOf(marketplace: Marketplace, operation: Operation, input: unknown): string {
  const outcome = marketplace.call(operation, input);
  return outcome.kind === 'failed' ? outcome.error.type : outcome.kind;
}

export const meteringOutcome = (marketplace: Marketplace, records: unknown[], request: Record<string, unknown> = {}) =>
  outcomeOf(marketplace, 'BatchMeterUsage', { ...request, UsageRecords: records });
