import type { FunctionConfiguration } from '../shared/contract/seller-configuration';
import type { Subscription } from '../shared/domain/subscription';
import { toCompletion } from '../shared/domain/subscription-change';
import type { Clock } from '../shared/runtime/ports';
import { refuseLargeBody, seeOther, type HttpRequest, type HttpResponse } from '../shared/runtime/http-message';
import { SESSION_COOKIE } from '../shared/runtime/http-session';
import type { Log } from '../shared/runtime/logger';
import type { SellerSite } from '../shared/runtime/seller-site';
import type { AgreementDetailsReader } from '../shared/stores/agreement-details';
import type { EntitlementReader } from '../shared/stores/entitlements';
import type { Contact, ContactStore, SessionStore, StoredContact } from '../shared/stores/registrations';
import { untilSaved, type SubscriptionReader } from '../shared/stores/subscriptions';
import { askedFields, readFormValues, validateForm, type FormErrors, type FormValues } from './contact-form';
import { formPage } from './form-page';
import { accountPage, foreignOriginPage, noSessionPage, type Occasion } from './pages';
import type { Purchase } from './purchase';
import { isFromOurPage } from './same-origin';

export interface CompleteRegistrationDeps {
  configuration: Pick<FunctionConfiguration, 'products'>;
  site: SellerSite;
  sessions: Pick<SessionStore, 'findSession'>;
  contacts: ContactStore;
  subscriptions: SubscriptionReader;
  entitlements: EntitlementReader;
  /** Absent unless the seller wants the details of agreements. */
  agreementDetails?: AgreementDetailsReader;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info'>;
}

/** The buyer's registration page: GET shows it, POST accepts the form and redirects to what happens next. */
export async function completeRegistration(
  request: HttpRequest,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const session = request.cookies[SESSION_COOKIE];
  if (session === undefined || session === '') return noSessionPage(deps.site);
  const subscriptionId = await deps.sessions.findSession(deps.sha256Hex(session), deps.clock.now());
  if (subscriptionId === undefined) return noSessionPage(deps.site);
  if (request.method !== 'POST') return showPage(request, subscriptionId, deps);
  if (!isFromOurPage(request.headers)) return foreignOriginPage(deps.site);
  refuseLargeBody(request);
  return acceptForm(request, subscriptionId, deps);
}

/** The form until the buyer has filled it in or wants to change something; otherwise the account. */
async function showPage(
  { query }: HttpRequest,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const [contact, purchase] = await Promise.all([
    deps.contacts.findContact(subscriptionId, deps.clock.now()),
    findPurchase(subscriptionId, deps),
  ]);
  const asked = askedFields(deps.site.contactFields);
  if (contact === undefined || query.has('change')) {
    const { completedAt, ...values } = contact ?? { completedAt: undefined };
    return formPage(deps.site, { purchase, asked, values, errors: {}, completedAt });
  }
  const nextUrl = purchase.product?.nextUrl ?? deps.site.nextUrl;
  return accountPage(deps.site, { purchase, contact, asked, nextUrl, occasion: occasionOf(query) });
}

function occasionOf(query: URLSearchParams): Occasion {
  if (query.has('done')) return 'done';
  return query.has('saved') ? 'saved' : undefined;
}

async function acceptForm(
  { body, query }: HttpRequest,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const values = readFormValues(body);
  const result = validateForm(values, askedFields(deps.site.contactFields));
  if (result.outcome === 'invalid') return showErrors(values, result.errors, { subscriptionId, deps });
  await untilSaved(() => store(result.contact, subscriptionId, deps));
  deps.logger.info('Registration completed', { messageCode: 'REGISTRATION_COMPLETED', subscriptionId });
  // The form says whether it was a change. Of a double click, the second post finds the contact of the first.
  return seeOther(query.has('change') ? '/registration?saved' : '/registration?done');
}

async function showErrors(
  values: FormValues,
  errors: FormErrors,
  { subscriptionId, deps }: { subscriptionId: string; deps: CompleteRegistrationDeps },
): Promise<HttpResponse> {
  const [contact, purchase] = await Promise.all([
    deps.contacts.findContact(subscriptionId, deps.clock.now()),
    findPurchase(subscriptionId, deps),
  ]);
  const asked = askedFields(deps.site.contactFields);
  return formPage(deps.site, { purchase, asked, values, errors, completedAt: contact?.completedAt });
}

/** Stores the contact once, even if a double click posts the form twice. */
async function store(
  contact: Contact,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<'saved' | 'conflict'> {
  const subscription = await findSubscription(subscriptionId, deps);
  const stored = await deps.contacts.findContact(subscriptionId, deps.clock.now());
  if (stored !== undefined && isSameContact(stored, contact)) return 'saved';
  const nowIso = new Date(deps.clock.now()).toISOString();
  const { expiresAt } = stored ?? {};
  const completed: StoredContact = { ...contact, completedAt: nowIso, ...(expiresAt !== undefined && { expiresAt }) };
  return deps.contacts.complete(completed, toCompletion(subscription, nowIso));
}

function isSameContact(a: Contact, b: Contact): boolean {
  return a.email === b.email && a.name === b.name && a.company === b.company && a.phone === b.phone;
}

async function findSubscription(subscriptionId: string, deps: CompleteRegistrationDeps): Promise<Subscription> {
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  if (subscription === undefined) throw new Error(`The session's subscription ${subscriptionId} does not exist.`);
  return subscription;
}

async function findPurchase(subscriptionId: string, deps: CompleteRegistrationDeps): Promise<Purchase> {
  const [subscription, entitlements, details] = await Promise.all([
    findSubscription(subscriptionId, deps),
    deps.entitlements.getMany([subscriptionId]),
    deps.agreementDetails?.getMany([subscriptionId]),
  ]);
  return {
    subscription,
    product: deps.configuration.products.find(({ productCode }) => productCode === subscription.productCode),
    entitlements: entitlements.get(subscriptionId),
    details: details?.get(subscriptionId),
    nowMs: deps.clock.now(),
  };
}
