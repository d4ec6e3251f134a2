import { joinAgreement } from '../follow-agreement/agreement-news';
import type { MetricOf } from '../shared/contract/metrics';
import type { FunctionConfiguration } from '../shared/contract/seller-configuration';
import type { CustomerResolver, ResolveCustomerResult, ResolvedCustomer } from '../shared/marketplace/resolve-customer';
import type { Clock } from '../shared/runtime/ports';
import { seeOther, type HttpRequest, type HttpResponse } from '../shared/runtime/http-message';
import type { Log } from '../shared/runtime/logger';
import type { Counters } from '../shared/runtime/metrics';
import type { SellerSite } from '../shared/runtime/seller-site';
import { SESSION_SECONDS, sessionCookie } from '../shared/runtime/http-session';
import type { CodeStore, SessionStore } from '../shared/stores/registrations';
import { untilSaved, type SubscriptionStore } from '../shared/stores/subscriptions';
import { toRegisteredBuyer } from './buyer';
import { failurePage, startPage, type RegistrationFailure } from './pages';
import { isLikeToken, readRegistrationForm, type RegistrationForm } from './registration-form';
import { storeRegistration } from './store-registration';

export interface RegisterSubscriptionDeps {
  configuration: Pick<FunctionConfiguration, 'products' | 'registration'>;
  site: SellerSite;
  resolver: CustomerResolver;
  subscriptions: SubscriptionStore;
  admissions: Pick<SessionStore, 'openSession'> & Pick<CodeStore, 'issueCode'>;
  clock: Clock;
  sleep(milliseconds: number): Promise<void>;
  newSecret(): string;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info' | 'warn' | 'error'>;
  counters: Counters<'register-subscription'>;
}

/** Enough for a redirect and a call by the seller's back end. */
export const CODE_SECONDS = 600;

/** Failures that are not the buyer's fault, with the metrics that raise alarms. */
const ALARMING: Partial<Record<RegistrationFailure, MetricOf<'register-subscription'>>> = {
  throttled: 'RegistrationsPutOff',
  unavailable: 'RegistrationsPutOff',
  beingActivated: 'RegistrationsPutOff',
  misconfigured: 'RegistrationsMisconfigured',
  identityMissing: 'RegistrationsWithoutIdentity',
  unknownProduct: 'RegistrationsOfUnknownProduct',
  boundToAnotherAccount: 'RegistrationsRefused',
  boundToAnotherProduct: 'RegistrationsRefused',
};

/**
 * Answers the POST from AWS Marketplace's page: resolves the token and stores a subscription. Whoever opens the address
 * sees a page that says where to start.
 */
export async function registerSubscription(
  request: HttpRequest,
  deps: RegisterSubscriptionDeps,
): Promise<HttpResponse> {
  if (request.method !== 'POST') return startPage(deps.site, request.method);
  for (const metric of new Set(Object.values(ALARMING))) deps.counters.count(metric, 0);
  deps.counters.count('RegistrationsOfOtherAccount', 0);
  const form = readRegistrationForm(request);
  if (form.token === undefined) return failed('missingToken', form, deps);
  if (!isLikeToken(form.token)) return failed('invalidToken', form, deps);
  const resolved = await resolveLicense(form.token, deps);
  if (resolved.outcome === 'misconfigured') {
    deps.logger.error('AWS refused our account', { messageCode: 'RESOLVE_CUSTOMER_REFUSED', reason: resolved.reason });
  }
  if (resolved.outcome !== 'resolved') return failed(resolved.outcome, form, deps);
  return registerCustomer(resolved.customer, form, deps);
}

/** AWS may name a brand-new licence only moments after the purchase. */
const ACTIVATION_ATTEMPTS = 3;
const ACTIVATION_DELAY_MS = 2_000;

/**
 * Resolves the token, and again after a moment while AWS does not name the licence yet. A token that AWS resolves only
 * once then counts as invalid, but the buyer did nothing wrong.
 */
async function resolveLicense(
  token: string,
  { resolver, sleep, configuration }: RegisterSubscriptionDeps,
): Promise<ResolveCustomerResult | { outcome: 'beingActivated' }> {
  for (let attempt = 1; attempt <= ACTIVATION_ATTEMPTS; attempt += 1) {
    if (attempt > 1) await sleep(ACTIVATION_DELAY_MS);
    const resolved = await resolver.resolve(token);
    const lacksLicense = resolved.outcome === 'resolved' && isBeingActivated(resolved.customer, configuration);
    if (!lacksLicense && (attempt === 1 || !TOKEN_IS_USED.has(resolved.outcome))) return resolved;
    if (!lacksLicense) break;
  }
  return { outcome: 'beingActivated' };
}

const TOKEN_IS_USED: ReadonlySet<ResolveCustomerResult['outcome']> = new Set(['expiredToken', 'invalidToken']);

/** With a customer identifier instead of a licence, the product is an older one: the configuration is wrong. */
function isBeingActivated(
  { productCode, licenseArn, customerIdentifier }: ResolvedCustomer,
  { products }: RegisterSubscriptionDeps['configuration'],
): boolean {
  const product = products.find((each) => each.productCode === productCode);
  return product?.identityMode === 'license' && licenseArn === undefined && customerIdentifier === undefined;
}

async function registerCustomer(
  customer: ResolvedCustomer,
  form: RegistrationForm,
  deps: RegisterSubscriptionDeps,
): Promise<HttpResponse> {
  const product = deps.configuration.products.find(({ productCode }) => productCode === customer.productCode);
  if (product === undefined) return failed('unknownProduct', form, deps);
  const buyer = toRegisteredBuyer(customer, product, form.freeTrial);
  if (buyer === undefined) return failed('identityMissing', form, deps);
  const result = await untilSaved(() => storeRegistration(buyer, deps));
  if (result.outcome === 'refused') return failed(result.reason, form, deps);
  if (buyer.agreementId !== undefined) await joinAgreement(result.subscription, buyer.agreementId, deps);
  const { subscriptionId, state } = result.subscription;
  if (result.overrulesEvent === true) {
    deps.counters.count('RegistrationsOfOtherAccount', 1);
    const sentence = 'The registration names another account or product than the event';
    deps.logger.warn(sentence, { messageCode: 'LICENSE_EVENT_OF_OTHER_ACCOUNT', subscriptionId });
  }
  deps.logger.info('Buyer registered', { messageCode: 'SUBSCRIPTION_REGISTERED', subscriptionId, state });
  return admit(subscriptionId, deps);
}

/** Redirects the buyer to the built-in page with a session, or to the seller's with a code for its back end. */
async function admit(subscriptionId: string, deps: RegisterSubscriptionDeps): Promise<HttpResponse> {
  const secret = deps.newSecret();
  const hash = deps.sha256Hex(secret);
  const nowSeconds = Math.floor(deps.clock.now() / 1000);
  const { signUpUrl } = deps.configuration.registration;
  if (signUpUrl === undefined) {
    await deps.admissions.openSession(hash, { subscriptionId, expiresAt: nowSeconds + SESSION_SECONDS });
    return seeOther('/registration', [sessionCookie(secret)]);
  }
  await deps.admissions.issueCode(hash, { subscriptionId, expiresAt: nowSeconds + CODE_SECONDS });
  const location = new URL(signUpUrl);
  location.searchParams.set('code', secret);
  return seeOther(location.href);
}

function failed(failure: RegistrationFailure, form: RegistrationForm, deps: RegisterSubscriptionDeps): HttpResponse {
  deps.logger.info('Registration failed', { messageCode: 'REGISTRATION_FAILED', reason: failure });
  const metric = ALARMING[failure];
  if (metric !== undefined) deps.counters.count(metric, 1);
  return failurePage(failure, form, deps.site);
}
