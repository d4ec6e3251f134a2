import { batchMeterUsage } from './operations/batch-meter-usage';
import { getEntitlements } from './operations/get-entitlements';
import { resolveCustomer } from './operations/resolve-customer';
import * as agreements from './rules/agreements';
import * as catalog from './rules/catalog';
import type { MarketplaceEvent } from './rules/events';
import type { MarketplaceNotification } from './rules/notifications';
import { Delivery, type DeliverySettings } from './rules/delivery';
import { Faults, type Fault, type Operation } from './rules/faults';
import { callStatistics, doubleBillings, ledgerTotals } from './rules/ledger';
import {
  BATCH_METER_USAGE_PER_SECOND,
  GET_ENTITLEMENTS_PER_SECOND,
  REQUEST_LIMIT_BYTES,
  TOKEN_LIFETIME_MS,
} from './rules/limits';
import { base64Like, seededRandom } from './rules/random';
import { required, SetupError } from './rules/required';
import { ServiceError } from './rules/service-error';
import { emptyState, type Agreement, type BilledRecord, type Buyer, type Entitlement } from './rules/state';
import { TokenBucket } from './rules/token-bucket';
import type { EventLicenseArn, MarketplaceOptions, World } from './rules/world';

export interface MarketplaceServices {
  clock: { now(): number };
  /** The same seed and the same calls give the same ids and the same faults. */
  seed?: number;
  /** Gets every event the marketplace emits, as EventBridge would deliver it. */
  publish?(event: MarketplaceEvent): void;
  /** Gets every notification about an older product, as it is published on an SNS topic. */
  notify?(notification: MarketplaceNotification): void;
  options?: Partial<MarketplaceOptions>;
}

/** `dropped`: the client gets no answer, whether or not the call had its effect. */
export type Outcome =
  { kind: 'answered'; output: object } | { kind: 'failed'; error: ServiceError } | { kind: 'dropped' };

const IMPLEMENTATIONS: Record<Operation, (world: World, input: unknown) => object> = {
  ResolveCustomer: resolveCustomer,
  BatchMeterUsage: batchMeterUsage,
  GetEntitlements: getEntitlements,
};

/**
 * AWS Marketplace's rules without HTTP: deterministic, in process, as fast as memory. Calls take and give what the
 * wire carries (timestamps in epoch seconds).
 */
export class Marketplace {
  readonly #world: World;
  readonly #delivery: Delivery;
  readonly #quotas: Partial<Record<Operation, TokenBucket>>;

  constructor({ clock, seed = 1, options = {}, ...services }: MarketplaceServices) {
    const { publish = () => undefined, notify = () => undefined } = services;
    const random = seededRandom(seed);
    // Randomness of its own: ids and faults stay those of the seed, however the events travel.
    const delivery = new Delivery(seededRandom(seed + 1), clock);
    this.#delivery = delivery;
    this.#world = {
      state: emptyState(),
      options: {
        sellerAccountId: '999999999999',
        tokenLifetimeMs: TOKEN_LIFETIME_MS,
        tokenUse: 'repeatable',
        eventLicenseArn: 'whole',
        ...options,
      },
      clock,
      random,
      faults: new Faults(random),
      publish: (event) => delivery.deliver(() => publish(event)),
      notify: (notification) => delivery.deliver(() => notify(notification)),
    };
    this.#quotas = {
      BatchMeterUsage: new TokenBucket(BATCH_METER_USAGE_PER_SECOND, clock.now()),
      GetEntitlements: new TokenBucket(GET_ENTITLEMENTS_PER_SECOND, clock.now()),
    };
  }

  /** One call of the API. `bytes`: the size of the request as it was sent; by default as compact JSON. */
  call(operation: Operation, input: unknown, bytes = Buffer.byteLength(JSON.stringify(input) ?? '')): Outcome {
    this.runDue();
    const outcome = this.#answer(operation, input, bytes);
    this.#world.state.calls.push({
      at: new Date(this.#world.clock.now()).toISOString(),
      operation,
      outcome: outcome.kind === 'failed' ? outcome.error.type : outcome.kind,
      ...this.#describe(operation, input),
    });
    return outcome;
  }

  #answer(operation: Operation, input: unknown, bytes: number): Outcome {
    const { faults, clock } = this.#world;
    const failed = (error: ServiceError): Outcome => ({ kind: 'failed', error });
    if (faults.take(operation, 'dropBeforeCommit')) return { kind: 'dropped' };
    if (faults.take(operation, 'errorBeforeCommit')) return failed(new ServiceError('InternalServiceErrorException'));
    if (faults.take(operation, 'disabledApi')) return failed(new ServiceError('DisabledApiException'));
    const withinQuota = this.#quotas[operation]?.take(clock.now()) ?? true;
    if (faults.take(operation, 'throttle') || !withinQuota) return failed(new ServiceError('ThrottlingException'));
    try {
      if (bytes >= REQUEST_LIMIT_BYTES) throw new ServiceError('RequestEntityTooLargeException');
      const output = IMPLEMENTATIONS[operation](this.#world, input);
      if (faults.take(operation, 'errorAfterCommit')) return failed(new ServiceError('InternalServiceErrorException'));
      return faults.take(operation, 'dropAfterCommit') ? { kind: 'dropped' } : { kind: 'answered', output };
    } catch (error) {
      if (error instanceof ServiceError) return failed(error);
      throw error;
    }
  }

  #describe(operation: Operation, input: unknown): { records: number; productCodes: string[] } {
    const member = (of: unknown, name: string): unknown =>
      typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
    const records = operation === 'BatchMeterUsage' ? member(input, 'UsageRecords') : [];
    const list: unknown[] = Array.isArray(records) ? records : [];
    const named = [
      member(input, 'ProductCode'),
      ...list.map((record) => this.#world.state.licenses.get(String(member(record, 'LicenseArn')))?.productCode),
    ];
    return { records: list.length, productCodes: [...new Set(named.filter((code) => typeof code === 'string'))] };
  }

  /** Lets happen what the clock has made due. Called before every call; call it too after moving the clock. */
  runDue(): void {
    agreements.runDue(this.#world);
    this.#delivery.runDue();
  }

  /** How events and notifications travel from now on. */
  setDelivery(settings: Partial<DeliverySettings>): void {
    this.#delivery.set(settings);
  }
  delivery = () => this.#delivery.state;
  /** Delivers what is held back. */
  releaseEvents(): void {
    this.#delivery.release();
  }

  setEventLicenseArn(shape: EventLicenseArn): void {
    this.#world.options.eventLicenseArn = shape;
  }
  eventLicenseArn = (): EventLicenseArn => this.#world.options.eventLicenseArn;

  addProduct = (product: catalog.NewProduct) => catalog.addProduct(this.#world, product);
  addOffer = (offer: catalog.NewOffer) => catalog.addOffer(this.#world, offer);
  publicOffer = (productCode: string) => catalog.publicOffer(this.#world, productCode);
  freeTrialOffer = (productCode: string) => catalog.freeTrialOffer(this.#world, productCode);
  addBuyer = (buyer?: Partial<Pick<Buyer, 'accountId' | 'name'>>) => catalog.addBuyer(this.#world, buyer);

  suspendBuyer(accountId: string, suspended = true): Buyer {
    const buyer = required(this.#world.state.buyers, accountId, 'buyer');
    buyer.suspended = suspended;
    return buyer;
  }

  subscribe = (purchase: agreements.Purchase) => agreements.subscribe(this.#world, purchase);
  endAgreement = (agreementId: string, options?: agreements.EndOptions) =>
    agreements.endAgreement(this.#world, agreementId, options);
  renew = (agreementId: string, renewal: agreements.Renewal = {}) =>
    agreements.renew(this.#world, agreementId, renewal);
  deprovision = (agreementId: string) => agreements.deprovision(this.#world, agreementId);
  changeEntitlements = (agreementId: string, entitlements: Entitlement[]) =>
    agreements.changeEntitlements(this.#world, agreementId, entitlements);

  /** What *Set up your account* posts to the seller. */
  issueToken(agreementId: string): { token: string; expiresAtMs: number; freeTrial: boolean } {
    const { state, clock, options, random } = this.#world;
    const agreement = required(state.agreements, agreementId, 'agreement');
    if (agreement.status !== 'ACTIVE') {
      throw new SetupError(409, `Agreement ${agreementId} is over (${agreement.status}).`);
    }
    const issued = { token: base64Like(random, 160), expiresAtMs: clock.now() + options.tokenLifetimeMs };
    state.tokens.set(issued.token, { ...issued, agreementId, used: false });
    return { ...issued, freeTrial: agreement.freeTrial };
  }

  plantFault(fault: Fault): void {
    this.#world.faults.plant(fault);
  }
  clearFaults(): void {
    this.#world.faults.clear();
  }
  faults = () => this.#world.faults.list();

  products = () => [...this.#world.state.products.values()];
  offers = () => [...this.#world.state.offers.values()];
  buyers = () => [...this.#world.state.buyers.values()];
  agreements = () => [...this.#world.state.agreements.values()];
  agreement = (agreementId: string): Agreement => required(this.#world.state.agreements, agreementId, 'agreement');
  events = (): readonly MarketplaceEvent[] => this.#world.state.events;
  notifications = (): readonly MarketplaceNotification[] => this.#world.state.notifications;
  calls = () => this.#world.state.calls;
  callStatistics = (operation: Operation) => callStatistics(this.#world.state.calls, operation);

  /** Every record AWS would bill. */
  ledger = (): BilledRecord[] => [...this.#world.state.billed.values()];
  /** What AWS would bill twice, because it was metered in both forms. */
  doubleBillings = () => doubleBillings(this.#world.state.billed.values());
  ledgerTotals = () => ledgerTotals(this.#world.state.billed.values());
}
