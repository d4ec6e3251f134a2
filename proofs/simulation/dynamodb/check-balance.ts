import { Account } from '../driver/account';
import { exact, exactText, exactly } from '../driver/exact';
import { stepOf } from '../driver/settings';
import { hourName, tagText, type BookedEvent, type Books } from '../driver/books';
import { checkBill } from './check-bill';
import type { StoredTally } from '../driver/stored-items';
import type { Evidence, StoredTables } from './stored-tables';

const WHOLE = exact('1');

/**
 * Checks the whole promise against three independent sources: the driver's reports, the tables and AWS's bill. It must
 * hold whenever no function is running and every stream has been read to its end: nothing is pending then. `isAtRest`
 * also requires that no work is left.
 */
export function checkBalance(evidence: Evidence, { isAtRest }: { isAtRest: boolean }): void {
  const { books } = evidence;
  const hourOfEvent = checkTallies(evidence);
  checkDelivered(evidence, hourOfEvent);
  checkHours(evidence);
  checkBill(evidence);
  for (const account of accountsOf(evidence, hourOfEvent)) {
    books.require(account.imbalance === undefined, 'balance', () => String(account));
    books.require(
      account.billedByAws <= account.used,
      'neverMoreThanUsed',
      () => `AWS bills ${exactText(account.billedByAws)}: ${account}`,
    );
    if (isAtRest) checkAtRest(account, evidence);
  }
}

/** Requires each event in the tallies of one hour only, as it was reported. @returns the hour of each event */
function checkTallies({ books, tables }: Evidence): ReadonlyMap<string, string> {
  const hourOfEvent = new Map<string, string>();
  for (const { subscriptionId, hour, dimension, events } of [...tables.tallies, ...tables.inline]) {
    for (const { key, quantity, tags } of events) {
      const pk = `${subscriptionId}#${key}`;
      const event = books.events.get(pk);
      const used = event?.version.isUsage === true ? event.version : undefined;
      const elsewhere = hourOfEvent.get(pk) ?? hour;
      books.require(elsewhere === hour, 'oneHour', () => `${pk} is in ${elsewhere} and in ${hour}`);
      books.require(used !== undefined, 'onlyAccepted', () => `${pk} is in ${hour}, but nobody reported such usage`);
      const isSame =
        used && used.quantity === quantity && used.dimension === dimension && tagText(used.tags) === tagText(tags);
      books.require(
        isSame !== false,
        'firstVersion',
        () =>
          `${pk} is ${exactText(quantity)} of ${dimension} in ${hour}, reported was ${exactText(used?.quantity ?? 0n)} of ${used?.dimension}`,
      );
      hourOfEvent.set(pk, hour);
    }
  }
  for (const { pk } of usageIn(books))
    books.require(tables.events.has(pk), 'answered', () => `${pk} was accepted, but is not stored`);
  return hourOfEvent;
}

/** The stream has delivered everything once, and the first delivery must be enough. */
function checkDelivered(evidence: Evidence, hourOfEvent: ReadonlyMap<string, string>): void {
  const { books, setBack } = evidence;
  for (const { pk } of usageIn(books))
    books.require(hourOfEvent.has(pk) || setBack.has(pk), 'delivered', () => `${pk} was delivered, but is in no hour`);
  checkAsides(evidence);
  checkKept(evidence);
}

function checkHours({ books, tables }: Evidence): void {
  const folds = foldsOf(tables);
  for (const hour of tables.hours) {
    const { state, used, carriedIn, carriedOut, expiredQuantity, coveredQuantity } = hour;
    const { rejectedQuantity, withheldQuantity, record, tallies } = hour;
    const fold = folds.get(hourName(hour)) ?? { total: 0n, tallies: 0 };
    books.require(
      fold.tallies === tallies,
      'sealedAsTallied',
      () => `${hourName(hour)} counts ${tallies} tallies, but holds ${fold.tallies}`,
    );
    if (state === 'open') continue;
    const never = expiredQuantity + coveredQuantity + rejectedQuantity + withheldQuantity;
    const left = exactly(record?.quantity ?? 0) + carriedOut + never;
    books.require(
      used === fold.total && used + carriedIn === left,
      'sealedAsTallied',
      () =>
        `${hourName(hour)}, ${state}: its events sum to ${exactText(fold.total)}, it has used ${exactText(used)} + ` +
        `carried in ${exactText(carriedIn)}, and made ${exactText(left)} of it`,
    );
  }
}

/** Collects each term of the balance from the place that keeps it. */
function accountsOf({ books, buyers, tables, ledger }: Evidence, hourOfEvent: ReadonlyMap<string, string>): Account[] {
  const accounts = new Map<string, Account>();
  const accountOf = (subscriptionId: string, dimension: string) => {
    const name = `${subscriptionId}#${dimension}`;
    const account = accounts.get(name) ?? new Account(subscriptionId, dimension);
    accounts.set(name, account);
    return account;
  };
  for (const { pk, subscriptionId, version } of usageIn(books)) {
    const { dimension, quantity } = version;
    const account = accountOf(subscriptionId, dimension);
    account.used += quantity;
    if (!hourOfEvent.has(pk)) account.terms.pending += quantity;
  }
  const folds = foldsOf(tables);
  for (const hour of tables.hours) {
    const { terms } = accountOf(hour.subscriptionId, hour.dimension);
    const requested = exactly(hour.record?.quantity ?? 0);
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
    terms.rejected += hour.rejectedQuantity;
    terms.withheld += hour.withheldQuantity;
  }
  for (const { subscriptionId, dimension, amount } of tables.balances)
    accountOf(subscriptionId, dimension).terms.carried += amount;
  for (const line of ledger) {
    const subscriptionId = buyers.of(line)?.subscriptionId;
    if (subscriptionId !== undefined) accountOf(subscriptionId, line.dimension).billedByAws += exactly(line.quantity);
  }
  return [...accounts.values()];
}

/** At rest, no usage may be unfinished. */
function checkAtRest(account: Account, { books, buyers, fromLastRelease }: Evidence): void {
  const { pending, open, sealed, carried } = account.terms;
  // After the end, usage above the largest quantity has no later hour to go to.
  const mayCarry = buyers.withSubscription(account.subscriptionId).some(({ endedAtMs }) => endedAtMs !== undefined);
  const step = fromLastRelease ? WHOLE : stepOf(account.dimension);
  const isSettled = pending === 0n && open === 0n && sealed === 0n && (mayCarry || carried < step);
  books.require(isSettled, 'settled', () => `unfinished at rest: ${account}`);
}

function checkAsides({ books, tables, setBack }: Evidence): void {
  const of = (kind: string) => new Set(tables.asides.filter((a) => a.kind === kind).map((a) => a.usageEventPk));
  const setAside = of('setAside');
  const marked = of('overwritten');
  for (const { pk, version, isOverwritten } of books.events.values()) {
    if (setBack.has(pk)) continue;
    if (version.isUsage) books.require(!setAside.has(pk), 'setAside', () => `${pk} is set aside, but was accepted`);
    else books.require(setAside.has(pk), 'setAside', () => `${pk} cannot be usage, but is not set aside`);
    if (isOverwritten) books.require(marked.has(pk), 'setAside', () => `${pk} was overwritten, but has no mark`);
  }
}

function checkKept({ books, tables, sent }: Evidence): void {
  for (const { time, detail, 'detail-type': type } of sent) {
    // Every event of the simulator names its agreement.
    const { id } = detail.agreement as { id: string };
    const isKept = tables.kept.some(({ atMs, text }) => atMs === Date.parse(time) && text.includes(id));
    books.require(isKept, 'remembered', () => `${type} of ${time} was delivered, and is kept nowhere`);
  }
}

function usageIn(books: Books): BookedEvent[] {
  return [...books.events.values()].filter(({ version }) => version.isUsage);
}

interface HourFold {
  keys: Set<string>;
  total: bigint;
  /** The number of tallies beside the hour's own item. */
  tallies: number;
}

/** Sums the tallies and the inline events of each hour, each event once. */
function foldsOf({ tallies, inline }: StoredTables): ReadonlyMap<string, HourFold> {
  const seen = new Map<string, HourFold>();
  const add = (tally: StoredTally, count: number) => {
    const fold = seen.get(hourName(tally)) ?? { keys: new Set<string>(), total: 0n, tallies: 0 };
    fold.tallies += count;
    for (const { key, quantity } of tally.events) {
      if (!fold.keys.has(key)) fold.total += quantity;
      fold.keys.add(key);
    }
    seen.set(hourName(tally), fold);
  };
  for (const tally of tallies) add(tally, 1);
  for (const tally of inline) add(tally, 0);
  return seen;
}
