import type { BilledRecord } from '../../../simulator';
import type { InvariantName, Violation } from './invariants';
import type { Exact } from './exact';
import { Account } from './account';
import { EntitlementTruth } from './entitlement-truth';
import { LEGACY_PRODUCT } from './settings';

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
  /** Whether it can be usage at all, by what it says and when it came. */
  isUsage: boolean;
  /** Made by a mistake of the application's that no time can mend. */
  isMalformed?: boolean;
}

/** An item of the UsageEvents table, by its first version. */
export interface BookedEvent {
  pk: string;
  subscriptionId: string;
  version: Version;
  /** From its time to its receipt, as the item says. */
  ageMs: number;
  /** The hour that counts it. */
  hour?: string;
  isSetAside: boolean;
  /** Set aside as too late under a lateness that came after it was reported. */
  isForgone?: boolean;
  /** A later version has been written over it. */
  isOverwritten: boolean;
  isMarkedOverwritten: boolean;
}

/** An hour as the simulation itself adds it up. */
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
  /** Everything that must not change any more, as text. */
  frozen?: string;
  /** The frozen request. */
  record?: FrozenRecord;
}

export interface FrozenRecord {
  productCode: string;
  customer: {
    mode: 'license' | 'legacy';
    licenseArn?: string;
    customerAWSAccountId?: string;
    customerIdentifier?: string;
  };
  dimension: string;
  timestampSeconds: number;
  quantity: number;
  allocations?: { quantity: number; tags: Record<string, string> }[];
}

/** A subscription as its item has said, through time. */
export interface BookedSubscription {
  subscriptionId: string;
  version: number;
  states: { state: string; sinceMs: number }[];
  /** When AWS was asked for the entitlements that are stored, by the clock of the function. */
  checkedAtMs?: number;
  /** Every time that AWS was asked with an answer that is stored, in order. */
  checks: number[];
  /** Every end that was stored, and since when. */
  ends: { atMs: number; knownSinceMs: number }[];
  /** The activation that was stored first; another beginning that is older may be heard of later. */
  firstActivatedAtMs?: number;
}

/** The simulation's own knowledge: production code computes nothing in here. */
export class Books {
  readonly accounts = new Map<string, Account>();
  readonly events = new Map<string, BookedEvent>();
  readonly hours = new Map<string, BookedHour>();
  readonly subscriptions = new Map<string, BookedSubscription>();
  /** Customers of older products who have moved: from which hour on AWS hears of which licence. */
  readonly moves = new Map<string, { licenseFrom: string; licenseArn: string }>();
  /** Messages of AWS that are stored, by their ids. */
  readonly keptEvents = new Set<string>();
  /** Agreements whose licence an acknowledged message has named. */
  readonly boundAgreements = new Map<string, string>();
  /** Sealed hours, by what AWS deduplicates their records on. */
  readonly byRequest = new Map<string, BookedHour>();
  /** All versions of an event that anybody has reported, by the key of its item. */
  readonly versions = new Map<string, Version[]>();
  /** The first request for each customer, dimension and hour, as text. */
  readonly requests = new Map<string, string>();
  /** The runs that have sent each request. */
  readonly senders = new Map<string, Set<object>>();
  /** Requests that AWS has refused for what they are, not for what they were sent with. */
  readonly refusedByAws = new Set<string>();
  readonly entitlementsOfAws = new EntitlementTruth();
  /** Zero records that the seller has asked for, a dimension at a time; until `Infinity`: still does. */
  readonly zeros: { productCode: string; dimension: string; fromMs: number; stopMs: number; untilMs: number }[] = [];
  /** Subscriptions whose last hours are being billed, by what the ledger says. */
  readonly openEndings = new Set<string>();
  /** The longest lateness that was ever configured. */
  longestLatenessHours = 0;
  /** Accounts that something has happened to since the last check. */
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
    return states
      .filter(({ sinceMs }, index) => sinceMs <= untilMs && (states[index + 1]?.sinceMs ?? Infinity) >= fromMs)
      .map(({ state }) => state);
  }

  /** An event is known to be stored. */
  addEvent({ pk, subscriptionId }: Pick<BookedEvent, 'pk' | 'subscriptionId'>, version: Version, ageMs = 0): void {
    const flags = { isSetAside: false, isOverwritten: false, isMarkedOverwritten: false };
    this.events.set(pk, { pk, subscriptionId, version, ageMs, ...flags });
  }

  report(pk: string, version: Version): void {
    const versions = this.versions.get(pk) ?? [];
    versions.push(version);
    this.versions.set(pk, versions);
  }

  /** The first violation stands; what follows from it says little. */
  violate(invariant: InvariantName, what: string): void {
    this.broken ??= { invariant, what };
  }

  require(holds: boolean, invariant: InvariantName, what: () => string): void {
    if (!holds) this.violate(invariant, what());
  }
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

/** Names an hour on AWS's bill. Both forms of an older product's customer are one: AWS would bill the hour in each. */
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
