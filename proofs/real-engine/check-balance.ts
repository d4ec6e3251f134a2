import { Account } from '../simulation/books/account';
import { exactText, ONE_UNIT, wholeUnits } from '../simulation/exact';
import type { Violation } from '../simulation/invariants/broken-invariant';
import { subscriptionOf } from './books';
import { checkBill } from './check-bill';
import { Findings, hourName, type Evidence } from './evidence';
import type { StoredTables } from './stored-tables';

/**
 * Checks the whole promise against three independent sources: the driver's reports, the tables and AWS's bill. It must
 * hold whenever no function is running. `isAtRest` also requires that no work is left.
 */
export function checkBalance(evidence: Evidence, { isAtRest }: { isAtRest: boolean }): Violation | undefined {
  const findings = new Findings();
  const hourOfEvent = checkTallies(evidence, findings);
  checkHours(evidence, findings);
  checkBill(evidence, findings);
  for (const account of accountsOf(evidence, hourOfEvent)) {
    findings.require(account.imbalance === undefined, 'balance', () => String(account));
    findings.require(
      account.billedByAws <= account.used,
      'neverMoreThanUsed',
      () => `AWS bills ${exactText(account.billedByAws)}: ${account}`,
    );
    if (isAtRest) checkAtRest(account, evidence, findings);
  }
  if (isAtRest) checkAsides(evidence, findings);
  return findings.first;
}

/** Requires each event in the tallies of one hour only, as it was reported. @returns the hour of each event */
function checkTallies({ books, tables }: Evidence, findings: Findings): ReadonlyMap<string, string> {
  const hourOfEvent = new Map<string, string>();
  for (const { subscriptionId, hour, dimension, events } of tables.tallies) {
    for (const { key, quantity, tags } of events) {
      const pk = `${subscriptionId}#${key}`;
      const used = books.used.get(pk);
      const elsewhere = hourOfEvent.get(pk) ?? hour;
      findings.require(elsewhere === hour, 'oneHour', () => `${pk} is in ${elsewhere} and in ${hour}`);
      findings.require(used !== undefined, 'onlyAccepted', () => `${pk} is in ${hour}, but nobody reported such usage`);
      const isSame = used && used.quantity === quantity && used.dimension === dimension && sameTags(used.tags, tags);
      findings.require(
        isSame !== false,
        'firstVersion',
        () =>
          `${pk} is ${exactText(quantity)} of ${dimension} in ${hour}, reported was ${exactText(used?.quantity ?? 0n)} of ${used?.dimension}`,
      );
      hourOfEvent.set(pk, hour);
    }
  }
  for (const pk of books.used.keys())
    findings.require(tables.events.has(pk), 'answered', () => `${pk} was accepted, but is not stored`);
  return hourOfEvent;
}

function checkHours({ tables }: Evidence, findings: Findings): void {
  const folds = foldsOf(tables);
  for (const hour of tables.hours) {
    const { state, used, carriedIn, carriedOut, expiredQuantity, coveredQuantity, record, tallies } = hour;
    const fold = folds.get(hourName(hour)) ?? { total: 0n, tallies: 0 };
    findings.require(
      fold.tallies === tallies,
      'sealedAsTallied',
      () => `${hourName(hour)} counts ${tallies} tallies, and there are ${fold.tallies}`,
    );
    if (state === 'open') continue;
    const left = wholeUnits(record?.quantity ?? 0) + carriedOut + expiredQuantity + coveredQuantity;
    findings.require(
      used === fold.total && used + carriedIn === left,
      'sealedAsTallied',
      () =>
        `${hourName(hour)}, ${state}: its events sum to ${exactText(fold.total)}, it has used ${exactText(used)} + ` +
        `carried in ${exactText(carriedIn)}, and made ${exactText(left)} of it`,
    );
  }
}

/** Collects each term of the balance from the place that keeps it. */
function accountsOf({ books, tables, ledger }: Evidence, hourOfEvent: ReadonlyMap<string, string>): Account[] {
  const accounts = new Map<string, Account>();
  const accountOf = (subscriptionId: string, dimension: string) => {
    const name = `${subscriptionId}#${dimension}`;
    const account = accounts.get(name) ?? new Account(subscriptionId, dimension);
    accounts.set(name, account);
    return account;
  };
  for (const [pk, { dimension, quantity }] of books.used) {
    const account = accountOf(subscriptionOf(pk), dimension);
    account.used += quantity;
    if (!hourOfEvent.has(pk)) account.terms.pending += quantity;
  }
  const folds = foldsOf(tables);
  for (const hour of tables.hours) {
    const { terms } = accountOf(hour.subscriptionId, hour.dimension);
    const requested = wholeUnits(hour.record?.quantity ?? 0);
    switch (hour.state) {
      case 'open':
        terms.open += folds.get(hourName(hour))?.total ?? 0n;
        break;
      case 'sealed':
      case 'billed':
      case 'rejected':
      case 'unconfirmed':
        terms[hour.state] += requested;
        break;
      case 'expired':
        terms.expired += hour.record === undefined ? hour.expiredQuantity : requested;
    }
    terms.covered += hour.coveredQuantity;
  }
  for (const { subscriptionId, dimension, amount } of tables.balances)
    accountOf(subscriptionId, dimension).terms.carried += amount;
  for (const { accountId, licenseArn, dimension, productCode, quantity } of ledger) {
    for (const [subscriptionId, customer] of books.customers) {
      const isIts = customer.accountId === accountId && customer.productCode === productCode;
      if (isIts && customer.licenseArn === licenseArn)
        accountOf(subscriptionId, dimension).billedByAws += wholeUnits(quantity);
    }
  }
  return [...accounts.values()];
}

/** At rest, no usage may be left on its way. */
function checkAtRest(account: Account, { books }: Evidence, findings: Findings): void {
  const { pending, open, sealed, carried } = account.terms;
  // After the end, usage above the largest quantity has no further hour to go to.
  const mayCarry = books.customers.get(account.subscriptionId)?.isEnded === true;
  const isSettled = pending === 0n && open === 0n && sealed === 0n && (mayCarry || carried < ONE_UNIT);
  findings.require(isSettled, 'settled', () => `left over in the end: ${account}`);
}

function checkAsides({ books, tables }: Evidence, findings: Findings): void {
  const of = (kind: string) => new Set(tables.asides.filter((a) => a.kind === kind).map((a) => a.usageEventPk));
  const setAside = of('setAside');
  const marked = of('overwritten');
  for (const pk of books.notUsage)
    findings.require(setAside.has(pk), 'setAside', () => `${pk} cannot be usage, and is not set aside`);
  for (const pk of setAside)
    findings.require(!books.used.has(pk), 'setAside', () => `${pk} is set aside, and was accepted`);
  for (const pk of books.overwritten)
    findings.require(marked.has(pk), 'setAside', () => `${pk} was written over, and is not marked`);
}

/** Sums the tallies of each hour, each event once. */
function foldsOf({ tallies }: StoredTables): ReadonlyMap<string, { total: bigint; tallies: number }> {
  const seen = new Map<string, { keys: Set<string>; total: bigint; tallies: number }>();
  for (const tally of tallies) {
    const fold = seen.get(hourName(tally)) ?? { keys: new Set<string>(), total: 0n, tallies: 0 };
    fold.tallies += 1;
    for (const { key, quantity } of tally.events) {
      if (!fold.keys.has(key)) fold.total += quantity;
      fold.keys.add(key);
    }
    seen.set(hourName(tally), fold);
  }
  return seen;
}

function sameTags(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
