import type { BilledRecord } from '../../../simulator';
import type { InvariantName, Violation } from './invariants';
import type { Exact } from './exact';
import { Account } from './account';
import { EntitlementTruth } from './entitlement-truth';
import { LEGACY_PRODUCT, type Settings } from './settings';

/** An event as the seller's application keeps it, to report it again. */
export interface ReportedEvent {
  pk: string;
  subscriptionId: string;
  source: string;
  id: string;
  dimension: string;
  quantityText: string;
  timeMs: number;
  tags: Record<string, string>;
}

/** One version of an event, as it was reported or put. */
export interface Version {
  dimension: string;
  quantity: Exact;
  timeMs: number;
  tags: Readonly<Record<string, string>>;
  /** Whether its content and its time of receipt allow it to be usage. */
  isUsage: boolean;
  /** So near a limit of time that the clock of the function decides. */
  isBorderline?: boolean;
  /** Malformed by the application, so that no later delivery can make it usage. */
  isMalformed?: boolean;
}

/** An item of the UsageEvents table, by its first version. */
export interface BookedEvent {
  pk: string;
  subscriptionId: string;
  version: Version;
  /** The time from its use to its receipt, as the item states both. */
  ageMs: number;
  /** The hour that counts it. */
  hour?: string;
  isSetAside: boolean;
  /** Set aside as too late under a lateness limit that was deployed after it was reported. */
  isForgone?: boolean;
  /** A later version has been written over it. */
  isOverwritten: boolean;
  isMarkedOverwritten: boolean;
}

/** An hour as the simulation itself calculates it. */
export interface BookedHour {
  account: Account;
  hour: string;
  state: string;
  total: Exact;
  byTagSet: Map<string, Exact>;
  carriedIn: Exact;
  covered: Exact;
  /** When the last of its usage was tallied. */
  talliedAtMs?: number;
  sealedAtMs?: number;
  /** As stored. */
  sends: number;
  answers: number;
  /** Everything that must not change once the hour is sealed, as text. */
  frozen?: string;
  /** Why it waits for the operator. */
  held?: string | undefined;
  /** Frozen again, in whole units or with another licence. */
  isAnew?: boolean;
  /** The frozen request. */
  record?: FrozenRecord;
}

export interface FrozenRecord {
  productCode: string;
  customer: {
    mode: 'license' | 'legacy';
    licenseArn?: string;
    /** Only an event had named the ARN. */
    licenseArnFrom?: 'event';
    customerAWSAccountId?: string;
    customerIdentifier?: string;
  };
  dimension: string;
  timestampSeconds: number;
  /** Absent in records of earlier versions, which are whole. */
  form?: 'decimal' | 'whole';
  /** Decimal text; a number in records of earlier versions. */
  quantity: string | number;
  allocations?: { quantity: string | number; tags: Record<string, string> }[];
}

/** The history of a subscription, as its item stated it. */
export interface BookedSubscription {
  subscriptionId: string;
  version: number;
  /** When it last changed. */
  changedAtMs: number;
  states: { state: string; sinceMs: number }[];
  /** When AWS was asked for the entitlements that are stored, by the clock of the function. */
  checkedAtMs?: number;
  /** Every time that AWS was asked with an answer that is stored, in order. */
  checks: number[];
  /** Every stored end, and when it was stored. */
  ends: { atMs: number; knownSinceMs: number }[];
  /** Every activation that was stored, and when. A message about an older one may be followed later. */
  activations: { atMs: number; sinceMs: number }[];
}

interface BookedHold {
  of: 'product' | 'subscription';
  id: string;
  dimension?: string;
  sinceMs: number;
}

/** The simulation's own knowledge, which no production code computes. */
export class Books {
  readonly accounts = new Map<string, Account>();
  readonly events = new Map<string, BookedEvent>();
  readonly hours = new Map<string, BookedHour>();
  readonly subscriptions = new Map<string, BookedSubscription>();
  /** Customers of older products who moved to a licence, and the hour from which they are metered by it. */
  readonly moves = new Map<string, { licenseFrom: string; licenseArn: string }>();
  /** The unconfirmed hours that the operator returns to the Balance. */
  readonly returned = new Set<string>();
  /** What AWS announced and the seller was told: subscription, time and agreement, as text. */
  readonly announced = new Set<string>();
  /** The ids of AWS's messages that are stored. */
  readonly keptEvents = new Set<string>();
  /** Agreements whose licence an acknowledged message has named. */
  readonly boundAgreements = new Map<string, string>();
  /** Sealed hours, by what AWS deduplicates their records on. */
  readonly byRequest = new Map<string, BookedHour>();
  /** All versions of an event that anybody has reported, by the key of its item. */
  readonly versions = new Map<string, Version[]>();
  /** The first request for each customer, dimension and hour, as text. */
  readonly requests = new Map<string, string>();
  /** The runs that sent each request. */
  readonly senders = new Map<string, Set<object>>();
  /** Requests that AWS itself refused, not only because of another record in the same call. */
  readonly refusedByAws = new Set<string>();
  /** What is stored about each product's decimals, and since when. */
  readonly trials = new Map<string, { state: string; sinceMs: number }>();
  /** What the operator holds back, by scope, and what was held back before. */
  readonly holds = new Map<string, BookedHold>();
  readonly released: (BookedHold & { untilMs: number })[] = [];
  /** What has been a test, as metering noted it. */
  readonly notedTests = new Set<string>();
  /** The tests as they are, while a configuration without one of them is deployed. */
  removedTests: (Pick<Settings, 'products' | 'testAccounts'> & { untilMs: number }) | undefined;
  readonly entitlementsOfAws = new EntitlementTruth();
  /** The zero records that the seller asked for, by dimension; until `Infinity`: still asks for. */
  readonly zeros: { productCode: string; dimension: string; fromMs: number; stopMs: number; untilMs: number }[] = [];
  /** Subscriptions whose last hours are being billed, according to the ledger. */
  readonly openEndings = new Set<string>();
  /** Dimensions that were missing in a configuration, as product and name. */
  readonly removedDimensions = new Set<string>();
  /** The longest lateness that was ever configured. */
  longestLatenessHours = 0;
  /** Accounts that changed since the last check. */
  readonly touched = new Set<Account>();
  broken: Violation | undefined;

  account(subscriptionId: string, dimension: string): Account {
    const name = `${subscriptionId}#${dimension}`;
    const account = this.accounts.get(name) ?? new Account(subscriptionId, dimension);
    this.accounts.set(name, account);
    this.touched.add(account);
    return account;
  }

  hour(subscriptionId: string, hour: string, dimension: string): BookedHour {
    const name = hourName({ subscriptionId, hour, dimension });
    const booked = this.hours.get(name) ?? {
      account: this.account(subscriptionId, dimension),
      hour,
      state: 'open',
      total: 0n,
      byTagSet: new Map<string, Exact>(),
      carriedIn: 0n,
      covered: 0n,
      sends: 0,
      answers: 0,
    };
    this.hours.set(name, booked);
    return booked;
  }

  /** The state of a subscription now; undefined: there is none. */
  stateOf(subscriptionId: string): string | undefined {
    return this.subscriptions.get(subscriptionId)?.states.at(-1)?.state;
  }

  /** Every state that a subscription had from one moment to another; `none` before it was stored. */
  statesOf(subscriptionId: string, fromMs: number, untilMs: number): string[] {
    const states = [{ state: 'none', sinceMs: -Infinity }, ...(this.subscriptions.get(subscriptionId)?.states ?? [])];
    return heldBetween(states, fromMs, untilMs).map(({ state }) => state);
  }

  /** Every activation that was stored for a subscription at some moment from one to another. */
  activationsOf(subscriptionId: string, fromMs: number, untilMs: number): number[] {
    const activations = this.subscriptions.get(subscriptionId)?.activations ?? [];
    return heldBetween(activations, fromMs, untilMs).map(({ atMs }) => atMs);
  }

  /** Notes that an event is stored. */
  addEvent({ pk, subscriptionId }: Pick<BookedEvent, 'pk' | 'subscriptionId'>, version: Version, ageMs = 0): void {
    const flags = { isSetAside: false, isOverwritten: false, isMarkedOverwritten: false };
    this.events.set(pk, { pk, subscriptionId, version, ageMs, ...flags });
  }

  report(pk: string, version: Version): void {
    const versions = this.versions.get(pk) ?? [];
    versions.push(version);
    this.versions.set(pk, versions);
  }

  /** Keeps only the first violation, because later ones may follow from it. */
  violate(invariant: InvariantName, what: string): void {
    this.broken ??= { invariant, what };
  }

  require(holds: boolean, invariant: InvariantName, what: () => string): void {
    if (!holds) this.violate(invariant, what());
  }
}

/** The entries of a history, each valid until the next, that were valid at some moment from one to another. */
function heldBetween<T extends { sinceMs: number }>(history: readonly T[], fromMs: number, untilMs: number): T[] {
  return history.filter(
    ({ sinceMs }, index) => sinceMs <= untilMs && (history[index + 1]?.sinceMs ?? Infinity) >= fromMs,
  );
}

/** A subscription's hour and dimension. */
export interface HourKey {
  subscriptionId: string;
  hour: string;
  dimension: string;
}

export function hourName({ subscriptionId, hour, dimension }: HourKey): string {
  return `${subscriptionId}#${hour}#${dimension}`;
}

/**
 * Names an hour on AWS's bill. Both identities of an older product's customer give one name, because AWS would bill the
 * hour under each.
 */
export function billedHourName(
  {
    productCode,
    accountId,
    licenseArn,
    dimension,
  }: Pick<BilledRecord, 'productCode' | 'accountId' | 'licenseArn' | 'dimension'>,
  hour: string,
): string {
  const license = productCode === LEGACY_PRODUCT ? '' : (licenseArn ?? '');
  return [productCode, accountId, license, dimension, hour].join(' ');
}

/** The same text for the same tags in any order. */
export function tagText(tags: Readonly<Record<string, string>>): string {
  return Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`)
    .join('\n');
}
