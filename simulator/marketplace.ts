import { batchMeterUsage } from './operations/batch-meter-usage';
import { describeAgreement } from './operations/describe-agreement';
import { getEntitlements } from './operations/get-entitlements';
import { resolveCustomer } from './operations/resolve-customer';
import * as agreements from './rules/agreements';
import { announce, type AnnouncementKind } from './rules/announcements';
import * as catalog from './rules/catalog';
import type { Clock, Context, Decimals, EventLicenseArn, MarketplaceOptions } from './rules/context';
import { declares, internalErrorOf } from './rules/declared-errors';
import { Delivery, type DeliverySettings } from './rules/delivery';
import { Faults, type Fault, type Operation } from './rules/faults';
import { runDue } from './rules/lifecycle';
import { callStatistics, doubleBillings, ledgerTotals } from './rules/ledger';
import {
  BATCH_METER_USAGE_PER_SECOND,
  GET_ENTITLEMENTS_PER_SECOND,
  REQUEST_LIMIT_BYTES,
  TOKEN_LIFETIME_MS,
} from './rules/limits';
import { base64Like, seededRandom } from './rules/random';
import type { Renewal } from './rules/renewal';
import { required } from './rules/required';
import { ServiceError } from './rules/service-error';
import { MarketplaceState, type EventBridgeEvent, type SnsNotification } from './rules/state';
import type { Agreement, BilledRecord, Buyer, Entitlement } from './rules/state';
import { TokenBucket } from './rules/token-bucket';

interface MarketplaceServices {
  clock: Clock;
  /** The same seed and the same calls produce the same ids and faults. */
  seed?: number;
  /** Receives every event, as EventBridge would deliver it. */
  publish?(event: EventBridgeEvent): void;
  /** Receives every notification about a legacy product, as SNS would publish it. */
  notify?(notification: SnsNotification): void;
  options?: Partial<MarketplaceOptions>;
}

/** `dropped`: the client gets no response, whether or not the call took effect. */
export type CallOutcome =
  { kind: 'answered'; output: object } | { kind: 'failed'; error: ServiceError } | { kind: 'dropped' };

const IMPLEMENTATIONS: Record<Operation, (context: Context, input: unknown) => object> = {
  ResolveCustomer: resolveCustomer,
  BatchMeterUsage: batchMeterUsage,
  GetEntitlements: getEntitlements,
  DescribeAgreement: describeAgreement,
};

/**
 * AWS Marketplace's rules without HTTP: deterministic and in process. Calls take and return what the wire carries, with
 * timestamps in epoch seconds.
 */
export class Marketplace {
  readonly #context: Context;
  readonly #delivery: Delivery;
  readonly #quotas: Partial<Record<Operation, TokenBucket>>;

  constructor({ clock, seed = 1, options = {}, ...services }: MarketplaceServices) {
    const { publish = () => undefined, notify = () => undefined } = services;
    const random = seededRandom(seed);
    // A separate generator: the delivery settings must not change the ids and faults of a seed.
    const delivery = new Delivery(seededRandom(seed + 1), clock);
    this.#delivery = delivery;
    this.#context = {
      state: new MarketplaceState(),
      options: {
        sellerAccountId: '999999999999',
        tokenLifetimeMs: TOKEN_LIFETIME_MS,
        tokenUse: 'repeatable',
        eventLicenseArn: 'whole',
        decimals: 'known',
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

  /** Makes one API call. `bytes`: the size of the request body; default: its size as compact JSON. */
  call(operation: Operation, input: unknown, bytes = Buffer.byteLength(JSON.stringify(input) ?? '')): CallOutcome {
    this.runDue();
    const outcome = this.#answer(operation, input, bytes);
    this.#context.state.calls.push({
      at: new Date(this.#context.clock.now()).toISOString(),
      operation,
      outcome: outcome.kind === 'failed' ? outcome.error.type : outcome.kind,
      ...this.#describe(operation, input),
    });
    return outcome;
  }

  #answer(operation: Operation, input: unknown, bytes: number): CallOutcome {
    const { faults, clock } = this.#context;
    const failed = (error: ServiceError): CallOutcome => ({ kind: 'failed', error });
    if (faults.take(operation, 'dropBeforeCommit')) return { kind: 'dropped' };
    const internalError = new ServiceError(internalErrorOf(operation));
    if (faults.take(operation, 'errorBeforeCommit')) return failed(internalError);
    const mayBeDisabled = declares(operation, 'DisabledApiException');
    if (mayBeDisabled && faults.take(operation, 'disabledApi')) return failed(new ServiceError('DisabledApiException'));
    const withinQuota = this.#quotas[operation]?.take(clock.now()) ?? true;
    if (faults.take(operation, 'throttle') || !withinQuota) return failed(new ServiceError('ThrottlingException'));
    try {
      if (bytes >= REQUEST_LIMIT_BYTES) throw new ServiceError('RequestEntityTooLargeException');
      const output = IMPLEMENTATIONS[operation](this.#context, input);
      if (faults.take(operation, 'errorAfterCommit')) return failed(internalError);
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
      ...list.map((record) => this.#context.state.licenses.get(String(member(record, 'LicenseArn')))?.productCode),
    ];
    return { records: list.length, productCodes: [...new Set(named.filter((code) => typeof code === 'string'))] };
  }

  /** Performs everything that is due. Every API call does this first. Call it after moving the clock, too. */
  runDue(): void {
    runDue(this.#context);
    this.#delivery.runDue();
  }

  /** Changes how later events and notifications are delivered. */
  setDelivery(settings: Partial<DeliverySettings>): void {
    this.#delivery.set(settings);
  }
  delivery = () => this.#delivery.state;
  /** Delivers every event and notification that is held back. */
  releaseEvents(): void {
    this.#delivery.release();
  }

  setEventLicenseArn(shape: EventLicenseArn): void {
    this.#context.options.eventLicenseArn = shape;
  }
  eventLicenseArn = (): EventLicenseArn => this.#context.options.eventLicenseArn;

  setDecimals(decimals: Decimals): void {
    this.#context.options.decimals = decimals;
  }
  decimals = (): Decimals => this.#context.options.decimals;

  addProduct = (product: catalog.NewProduct) => catalog.addProduct(this.#context, product);
  addOffer = (offer: catalog.NewOffer) => catalog.addOffer(this.#context, offer);
  publicOffer = (productCode: string) => catalog.publicOffer(this.#context, productCode);
  freeTrialOffer = (productCode: string) => catalog.freeTrialOffer(this.#context, productCode);
  addBuyer = (buyer?: Partial<Pick<Buyer, 'accountId' | 'name'>>) => catalog.addBuyer(this.#context, buyer);

  suspendBuyer(accountId: string, suspended = true): Buyer {
    const buyer = required(this.#context.state.buyers, accountId, 'buyer');
    buyer.suspended = suspended;
    return buyer;
  }

  subscribe = (purchase: agreements.Purchase) => agreements.subscribe(this.#context, purchase);
  endAgreement = (agreementId: string, options?: agreements.EndOptions) =>
    agreements.endAgreement(this.#context, agreementId, options);
  renew = (agreementId: string, renewal: Renewal = {}) => agreements.renew(this.#context, agreementId, renewal);
  /** Publishes an event about the agreement that changes nothing, such as a spend threshold or an advisory. */
  announce = (agreementId: string, kind: AnnouncementKind): Agreement => {
    const agreement = this.agreement(agreementId);
    announce(this.#context, agreement, kind);
    return agreement;
  };
  deprovision = (agreementId: string) => agreements.deprovision(this.#context, agreementId);
  changeEntitlements = (agreementId: string, entitlements: Entitlement[]) =>
    agreements.changeEntitlements(this.#context, agreementId, entitlements);

  /** Issues the registration token that *Set up your account* posts to the seller. */
  issueToken(agreementId: string): { token: string; expiresAtMs: number; freeTrial: boolean } {
    const { state, clock, options, random } = this.#context;
    const { freeTrial } = agreements.requireActive(this.#context, agreementId);
    const issued = { token: base64Like(random, 160), expiresAtMs: clock.now() + options.tokenLifetimeMs };
    state.tokens.set(issued.token, { ...issued, agreementId, used: false });
    return { ...issued, freeTrial };
  }

  plantFault(fault: Fault): void {
    this.#context.faults.plant(fault);
  }
  clearFaults(): void {
    this.#context.faults.clear();
  }
  faults = () => this.#context.faults.list();

  products = () => [...this.#context.state.products.values()];
  offers = () => [...this.#context.state.offers.values()];
  buyers = () => [...this.#context.state.buyers.values()];
  agreements = () => [...this.#context.state.agreements.values()];
  agreement = (agreementId: string): Agreement => required(this.#context.state.agreements, agreementId, 'agreement');
  events = (): readonly EventBridgeEvent[] => this.#context.state.events;
  notifications = (): readonly SnsNotification[] => this.#context.state.notifications;
  calls = () => this.#context.state.calls;
  callStatistics = (operation: Operation) => callStatistics(this.#context.state.calls, operation);

  /** Every usage record that AWS would bill. */
  ledger = (): BilledRecord[] => [...this.#context.state.billed.values()];
  /** Hours that AWS would bill twice, because they were metered both by product code and by license. */
  doubleBillings = () => doubleBillings(this.#context.state.billed.values());
  ledgerTotals = () => ledgerTotals(this.#context.state.billed.values());
}
