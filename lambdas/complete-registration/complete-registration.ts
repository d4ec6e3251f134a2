import type { SellerConfiguration } from '../shared/contract/seller-configuration';
import type { Subscription } from '../shared/domain/subscription';
import { toCompletion } from '../shared/domain/subscription-change';
import type { Clock } from '../shared/runtime/ports';
import { refuseLargeBody, seeOther, type HttpRequest, type HttpResponse } from '../shared/runtime/http-message';
import { SESSION_COOKIE } from '../shared/runtime/http-session';
import type { Log } from '../shared/runtime/logger';
import type { Contact, ContactStore, SessionStore, StoredContact } from '../shared/stores/registrations';
import { untilSaved, type SubscriptionReader } from '../shared/stores/subscriptions';
import { readFormValues, validateForm, type FormErrors, type FormValues } from './contact-form';
import { donePage, foreignOriginPage, formPage, noSessionPage } from './pages';
import { isFromOurPage } from './same-origin';

export interface CompleteRegistrationDeps {
  configuration: Pick<SellerConfiguration, 'products' | 'support'>;
  sessions: Pick<SessionStore, 'findSession'>;
  contacts: ContactStore;
  subscriptions: SubscriptionReader;
  clock: Clock;
  sha256Hex(text: string): string;
  logger: Pick<Log, 'info'>;
}

const NOTHING_TYPED: FormValues = { email: '', name: '', company: '' };

/** The buyer's registration page: GET shows it, POST accepts the form and redirects to the confirmation. */
export async function completeRegistration(
  request: HttpRequest,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const { support } = deps.configuration;
  const session = request.cookies[SESSION_COOKIE];
  if (session === undefined || session === '') return noSessionPage(support);
  const subscriptionId = await deps.sessions.findSession(deps.sha256Hex(session), deps.clock.now());
  if (subscriptionId === undefined) return noSessionPage(support);
  if (request.method !== 'POST') return showPage(request, subscriptionId, deps);
  if (!isFromOurPage(request.headers)) return foreignOriginPage(support);
  refuseLargeBody(request);
  return acceptForm(readFormValues(request.body), subscriptionId, deps);
}

async function showPage(
  { query }: HttpRequest,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const subscription = await findSubscription(subscriptionId, deps);
  const contact = await deps.contacts.findContact(subscriptionId);
  const page = pageOf(subscription, deps);
  if (contact !== undefined && query.has('done')) return donePage(page);
  // The stored contact is not shown, because another person of the same account may have entered it.
  return formPage({ ...page, values: NOTHING_TYPED, errors: {}, completedAt: contact?.completedAt });
}

async function acceptForm(
  values: FormValues,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<HttpResponse> {
  const result = validateForm(values);
  if (result.outcome === 'invalid') return showErrors(values, result.errors, { subscriptionId, deps });
  await untilSaved(() => store(result.contact, subscriptionId, deps));
  deps.logger.info('Registration completed', { messageCode: 'REGISTRATION_COMPLETED', subscriptionId });
  return seeOther('/registration?done');
}

async function showErrors(
  values: FormValues,
  errors: FormErrors,
  { subscriptionId, deps }: { subscriptionId: string; deps: CompleteRegistrationDeps },
): Promise<HttpResponse> {
  return formPage({ ...pageOf(await findSubscription(subscriptionId, deps), deps), values, errors });
}

/** Stores the contact once, even if a double click posts the form twice. */
async function store(
  contact: Contact,
  subscriptionId: string,
  deps: CompleteRegistrationDeps,
): Promise<'saved' | 'conflict'> {
  const subscription = await findSubscription(subscriptionId, deps);
  const stored = await deps.contacts.findContact(subscriptionId);
  if (stored !== undefined && isSameContact(stored, contact)) return 'saved';
  const nowIso = new Date(deps.clock.now()).toISOString();
  const completed: StoredContact = { ...contact, completedAt: nowIso };
  return deps.contacts.complete(completed, toCompletion(subscription, nowIso));
}

function isSameContact(a: Contact, b: Contact): boolean {
  return a.email === b.email && a.name === b.name && a.company === b.company;
}

async function findSubscription(subscriptionId: string, deps: CompleteRegistrationDeps): Promise<Subscription> {
  const subscription = (await deps.subscriptions.getMany([subscriptionId])).get(subscriptionId);
  if (subscription === undefined) throw new Error(`The session's subscription ${subscriptionId} does not exist.`);
  return subscription;
}

function pageOf(subscription: Subscription, { configuration }: CompleteRegistrationDeps) {
  const product = configuration.products.find(({ productCode }) => productCode === subscription.productCode);
  return { subscription, productName: product?.name ?? subscription.productCode, support: configuration.support };
}
