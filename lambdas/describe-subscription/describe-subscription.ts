import * as z from 'zod';
import type { Product } from '../shared/contract/seller-configuration';
import type { AgreementDetails } from '../shared/domain/agreement-details';
import { decimalText } from '../shared/domain/decimal';
import { inOrder, shownValue, type Entitlements } from '../shared/domain/entitlements';
import { freeTrialOf } from '../shared/domain/free-trial';
import { hourOf, parseHour, type HourKey } from '../shared/domain/hour';
import type { HourFields } from '../shared/domain/hourly-usage';
import { periodsOf } from '../shared/domain/periods';
import { STATES_ACCEPTING_USAGE, type SubscriptionFields } from '../shared/domain/subscription';
import type { Clock } from '../shared/runtime/ports';
import { HttpError, type HttpRequest } from '../shared/runtime/http-message';
import type { AgreementDetailsReader } from '../shared/stores/agreement-details';
import type { EntitlementReader } from '../shared/stores/entitlements';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import type { AccountSubscriptionReader } from '../shared/stores/subscriptions-of-account';
import { coveringContracts } from './covering-contracts';
import { monthOf, readMonthUsage, shownUsage, type MonthUsageDeps } from './month-usage';

export interface DescribeSubscriptionDeps extends MonthUsageDeps {
  subscriptions: SubscriptionReader;
  subscriptionsOfAccount: AccountSubscriptionReader;
  entitlements: EntitlementReader;
  /** Absent unless the seller wants the details of agreements. */
  agreementDetails?: AgreementDetailsReader;
  products: ReadonlyMap<string, Product>;
  clock: Clock;
}

const SUBSCRIPTIONS_PER_PAGE = 25;
const LAST_OUTCOMES = 10;
/** More than `LAST_OUTCOMES`, because the newest hours may be open still. */
const NEWEST_HOURS = 50;

const ACCOUNT_ID = /^\d{12}$/;
/** Other texts are no id, and may be longer than a key of DynamoDB. */
const SUBSCRIPTION_ID = /^[^#\s]{1,200}$/;

const PATH = /^\/subscriptions(?:\/([^/]+))?\/?$/;

/** `GET /subscriptions/{subscriptionId}` and `GET /subscriptions?customerAWSAccountId=`. @returns the body. */
export async function describe({ path, query }: HttpRequest, deps: DescribeSubscriptionDeps): Promise<object> {
  const id = PATH.exec(path)?.[1];
  return id === undefined ? listOfAccount(query, deps) : describeOne(toText(id), query, deps);
}

async function describeOne(subscriptionId: string, query: URLSearchParams, deps: DescribeSubscriptionDeps) {
  const before = parseCursor(query.get('before'));
  if (!SUBSCRIPTION_ID.test(subscriptionId)) throw unknownSubscription();
  const [subscriptions, known, agreements] = await Promise.all([
    deps.subscriptions.getMany([subscriptionId]),
    deps.entitlements.getMany([subscriptionId]),
    deps.agreementDetails?.getMany([subscriptionId]),
  ]);
  const subscription = subscriptions.get(subscriptionId);
  if (subscription === undefined) throw unknownSubscription();
  const entitlements = known.get(subscriptionId);
  const nowMs = deps.clock.now();
  const month = monthOf(nowMs);
  const product = deps.products.get(subscription.productCode);
  const [usage, balances, newest] = await Promise.all([
    readMonthUsage({ subscriptionId, month, before }, deps),
    product?.pricingModel === 'contractWithConsumption' ? deps.usage.listBalances(subscriptionId) : [],
    // The current hour has no outcomes yet, but with many dimensions it could fill the page.
    deps.usage.listHours({ subscriptionId, before: { hour: hourOf(nowMs), dimension: '' }, limit: NEWEST_HOURS }),
  ]);
  const covering = coveringContracts(subscription, { product, balances, nowMs });
  const details = agreements?.get(subscriptionId);
  return {
    ...shownSubscription(subscription, entitlements, { product, details, nowMs }),
    agreement: shownAgreement(details),
    usage: {
      month: month.slice(0, 7),
      dimensions: shownUsage(usage, { product, entitlements, covering, at: new Date(nowMs).toISOString() }),
      ...(usage.nextBefore && { before: toCursor(usage.nextBefore) }),
    },
    ...shownHeld(newest.hours),
    lastOutcomes: newest.hours
      .filter(({ state }) => state !== 'open')
      .slice(0, LAST_OUTCOMES)
      .map(shownOutcome),
  };
}

async function listOfAccount(query: URLSearchParams, deps: DescribeSubscriptionDeps) {
  const customerAWSAccountId = query.get('customerAWSAccountId');
  if (customerAWSAccountId === null || !ACCOUNT_ID.test(customerAWSAccountId)) {
    const sentence = 'Set the AWS account to list: ?customerAWSAccountId=111122223333.';
    throw new HttpError({ statusCode: 400, reason: 'accountMissing', sentence });
  }
  const after = query.get('after') ?? undefined;
  if (after !== undefined && !SUBSCRIPTION_ID.test(after))
    throw malformedPlace('Set "after" to the value of after in the last answer.');
  const page = { customerAWSAccountId, after, limit: SUBSCRIPTIONS_PER_PAGE };
  const { subscriptions, hasMore } = await deps.subscriptionsOfAccount.listOfAccount(page);
  const known = await deps.entitlements.getMany(subscriptions.map(({ subscriptionId }) => subscriptionId));
  const nowMs = deps.clock.now();
  return {
    subscriptions: subscriptions.map((subscription) => {
      const product = deps.products.get(subscription.productCode);
      return shownSubscription(subscription, known.get(subscription.subscriptionId), { product, nowMs });
    }),
    ...(hasMore && { after: subscriptions.at(-1)?.subscriptionId }),
  };
}

function shownSubscription(
  subscription: SubscriptionFields,
  entitlements: Entitlements | undefined,
  { product, details, nowMs }: { product?: Product; details?: AgreementDetails; nowMs: number },
) {
  const { subscriptionId, productCode, state, stateReason, version } = subscription;
  const { customerAWSAccountId, licenseArn, licenseArnFrom, customerIdentifier, licenseFrom } = subscription;
  const { agreementId, previousAgreementId, endingAt } = subscription;
  const periods = periodsOf(subscription);
  return {
    subscriptionId,
    productCode,
    productName: product?.name,
    state,
    stateReason,
    version,
    acceptsUsage: STATES_ACCEPTING_USAGE.has(state),
    customerAWSAccountId,
    licenseArn,
    licenseArnFrom,
    customerIdentifier,
    licenseFrom,
    agreementId,
    previousAgreementId,
    activatedAt: periods.at(-1)?.from,
    endingAt,
    periods,
    ...freeTrialOf(subscription, { details, nowMs }),
    // Absent until AWS has answered, and for products without a contract. An empty list is an answer.
    entitlements: entitlements && shownEntitlements(entitlements, nowMs),
  };
}

/** Absent until AWS has answered. It may be about the agreement before, until AWS has been asked again. */
function shownAgreement(details: AgreementDetails | undefined) {
  if (details === undefined) return undefined;
  const { subscriptionId, ...shown } = details;
  return shown;
}

function shownEntitlements({ checkedAt, entitlements }: Entitlements, nowMs: number) {
  return {
    checkedAt,
    ageSeconds: Math.max(0, Math.floor((nowMs - Date.parse(checkedAt)) / 1000)),
    list: inOrder(entitlements).map(({ dimension, value, expiresAt }) => ({
      dimension,
      kind: value.kind,
      value: shownValue(value),
      expiresAt,
    })),
  };
}

/** Hours that wait for the operator, among the newest; absent when there are none. */
function shownHeld(hours: readonly HourFields[]) {
  const held = hours.flatMap(({ hour, dimension, held: reason }) => (reason ? [{ hour, dimension, reason }] : []));
  return held.length === 0 ? {} : { heldHours: held };
}

function shownOutcome(hourlyUsage: HourFields) {
  const { hour, dimension, state, used, coveredQuantity, record, carriedOut } = hourlyUsage;
  const { rejectedQuantity, withheldQuantity, meteringRecordId, lastAnswer, lastReason } = hourlyUsage;
  return {
    hour,
    dimension,
    state,
    meteringRecordId,
    lastAnswer,
    lastReason,
    used: used && decimalText(used),
    covered: coveredQuantity && decimalText(coveredQuantity),
    quantity: record?.quantity,
    notSubscribedThen: rejectedQuantity && decimalText(rejectedQuantity),
    withheld: withheldQuantity && decimalText(withheldQuantity),
    carriedOut: carriedOut && decimalText(carriedOut),
  };
}

/** The cursor of the next page; opaque to the caller. */
const toCursor = ({ hour, dimension }: Pick<HourKey, 'hour' | 'dimension'>): string =>
  Buffer.from(JSON.stringify([hour, dimension])).toString('base64url');

/** A dimension is part of a sort key, which DynamoDB limits to 1,024 bytes. */
const cursor = z.tuple([z.string(), z.string().refine((text) => Buffer.byteLength(text) <= 1000)]);

function parseCursor(text: string | null): Pick<HourKey, 'hour' | 'dimension'> | undefined {
  if (text === null) return undefined;
  try {
    const [hourText, dimension] = cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    const hour = parseHour(hourText);
    if (hour !== undefined) return { hour, dimension };
  } catch {
    // The error below covers every kind of wrong cursor.
  }
  throw malformedPlace('Set "before" to usage.before of the last answer.');
}

const malformedPlace = (sentence: string) => new HttpError({ statusCode: 400, reason: 'malformedPlace', sentence });

function unknownSubscription(): HttpError {
  const sentence = 'No subscription has this id: check it.';
  return new HttpError({ statusCode: 404, reason: 'unknownSubscription', sentence });
}

function toText(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}
