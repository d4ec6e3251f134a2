import { batchMeterUsage } from './operations/batch-meter-usage';
import { describeEntity, listEntities } from './operations/catalog-entities';
import { describeAgreement } from './operations/describe-agreement';
import { getEntitlements } from './operations/get-entitlements';
import { resolveCustomer } from './operations/resolve-customer';
import * as agreements from './rules/agreements';
import { announce, type AnnouncementKind } from './rules/announcements';
import * as catalog from './rules/catalog';
import {
  SELLER_ACCOUNT_ID,
  type Clock,
  type Context,
  type Decimals,
  type EventLicenseArn,
  type MarketplaceOptions,
  type ProductCodeWithLicense,
} from './rules/context';
import { dailyUsageCsv } from './rules/daily-usage';
import { declares, internalErrorOf } from './rules/declared-errors';
import { CallLog, type Call, type CallOutcome, type LoggedCall } from './rules/call-log';
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
import { seededRandom, type SeededRandom } from './rules/random';
import type { Renewal } from './rules/renewal';
import { required } from './rules/required';
import { ServiceError } from './rules/service-error';
import { restoreSnapshot, takeSnapshot, type MarketplaceSnapshot } from './rules/snapshot';
import { MarketplaceState, type EventBridgeEvent, type SnsNotification } from './rules/state';
import type { Agreement, BilledRecord, Buyer, Entitlement } from './rules/state';
import { TokenBucket } from './rules/token-bucket';
import * as tokens from './rules/tokens';

interface MarketplaceServices {
  clock: Clock;
  /** The same seed and the same calls produce the same ids and faults. */
  seed?: number;
  /** Receives every event, as EventBridge would deliver it. */
  publish?(event: EventBridgeEvent): void;
  /** Receives every notification about a legacy product, as SNS would publish it. */
  notify?(notification: SnsNotification): void;
  /** Learns of every call after it took effect. */
  onCall?(call: LoggedCall): void;
  options?: Partial<MarketplaceOptions>;
  /** What an earlier marketplace knew. This one continues it, and `seed` and `options` do not apply. */
  saved?: MarketplaceSnapshot;
  /** How many of the last calls are kept with request and answer. Default: none, because a simulation makes millions. */
  keptCalls?: number;
}

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
  readonly #randoms: { random: SeededRandom; deliveryRandom: SeededRandom };
  readonly #callLog: CallLog;
  readonly #onCall: (call: LoggedCall) => void;
  readonly #quotas: Partial<Record<Operation, TokenBucket>>;

  constructor({ clock, seed = 1, options = {}, keptCalls = 0, saved, ...services }: MarketplaceServices) {
    const { publish = () => undefined, notify = () => undefined, onCall = () => undefined } = services;
    const random = seededRandom(saved?.random ?? seed);
    // A separate generator: the delivery settings must not change the ids and faults of a seed.
    const deliveryRandom = seededRandom(saved?.deliveryRandom ?? seed + 1);
    const delivery = new Delivery(deliveryRandom, clock);
    this.#randoms = { random, deliveryRandom };
    this.#delivery = delivery;
    this.#callLog = new CallLog(keptCalls);
    this.#onCall = onCall;
    this.#context = {
      state: new MarketplaceState(),
      options: {
        sellerAccountId: SELLER_ACCOUNT_ID,
        tokenLifetimeMs: TOKEN_LIFETIME_MS,
        tokenUse: 'repeatable',
        eventLicenseArn: 'whole',
        decimals: 'known',
        productCodeWithLicense: 'accepted',
        ...(saved?.options ?? options),
      },
      clock,
      random,
      faults: new Faults(random),
      publish: (event) => delivery.deliver(event, () => publish(event)),
      notify: (notification) => delivery.deliver(notification, () => notify(notification)),
    };
    this.#quotas = {
      BatchMeterUsage: new TokenBucket(BATCH_METER_USAGE_PER_SECOND, clock.now()),
      GetEntitlements: new TokenBucket(GET_ENTITLEMENTS_PER_SECOND, clock.now()),
    };
    if (saved) restoreSnapshot({ context: this.#context, delivery }, saved, { publish, notify });
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
    this.logCall({ operation, request: input, bytes, outcome, faults: this.#context.faults.takeStruck() });
    return outcome;
  }

  /** Keeps a call for the reader. One that is refused before any rule applies is logged only. */
  logCall(call: Call): void {
    this.#onCall(this.#callLog.add(call, this.#context.clock.now()));
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
      return faults.take(operation, 'dropAfterCommit') ? { kind: 'dropped', output } : { kind: 'answered', output };
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

  /** Everything that the rules know, for `saved` of another marketplace. It shares objects with this one. */
  snapshot(): MarketplaceSnapshot {
    const { random, deliveryRandom } = this.#randoms;
    const known = takeSnapshot({ context: this.#context, delivery: this.#delivery });
    return { random: random.position(), deliveryRandom: deliveryRandom.position(), ...known };
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

  setProductCodeWithLicense(answer: ProductCodeWithLicense): void {
    this.#context.options.productCodeWithLicense = answer;
  }
  productCodeWithLicense = (): ProductCodeWithLicense => this.#context.options.productCodeWithLicense;

  /** The Catalog API, which has neither faults nor quotas here. `input`: the query of DescribeEntity, the body of ListEntities. */
  describeEntity = (input: unknown, settings: { registrationUrl?: string } = {}): object =>
    describeEntity(this.#context, input, { registrationUrl: settings.registrationUrl });
  listEntities = (input: unknown) => listEntities(this.#context, input);

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

  issueToken = (agreementId: string) => tokens.issueToken(this.#context, agreementId);
  freshToken = (agreementId: string) => tokens.freshToken(this.#context, agreementId);
  tokens = () => [...this.#context.state.tokens.values()];

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
  /** What was sold to whom. */
  partiesOf = ({ productCode, accountId, offerId }: Agreement) => ({
    product: required(this.#context.state.products, productCode, 'product'),
    buyer: required(this.#context.state.buyers, accountId, 'buyer'),
    offer: required(this.#context.state.offers, offerId, 'offer'),
  });
  events = (): readonly EventBridgeEvent[] => this.#context.state.events;
  notifications = (): readonly SnsNotification[] => this.#context.state.notifications;
  /** Whether and when an event or a notification was sent. */
  deliveryOf = (message: EventBridgeEvent | SnsNotification) => this.#delivery.of(message);
  calls = () => this.#context.state.calls;
  /** The last calls, with request and answer. */
  callLog = (): Pick<CallLog, 'made' | 'kept'> => this.#callLog;
  callStatistics = (operation: Operation) => callStatistics(this.#context.state.calls, operation);

  /** Every usage record that AWS would bill. */
  ledger = (): BilledRecord[] => [...this.#context.state.billed.values()];
  /** Hours that AWS would bill twice, because they were metered both by product code and by license. */
  doubleBillings = () => doubleBillings(this.#context.state.billed.values());
  ledgerTotals = () => ledgerTotals(this.#context.state.billed.values());
  /** AWS's Daily Usage data feed of a month of usage, or of all, as far as it has been delivered. CSV. */
  dailyUsage = (month?: string): string =>
    dailyUsageCsv(this.#context.state, { nowMs: this.#context.clock.now(), month });
}
