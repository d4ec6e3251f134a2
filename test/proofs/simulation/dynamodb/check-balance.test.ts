import { describe, expect, it } from 'vitest';
import { exact } from '../../../../proofs/simulation/driver/exact';
import { Books } from '../../../../proofs/simulation/driver/books';
import { Buyers } from '../../../../proofs/simulation/driver/buyers';
import { checkBalance } from '../../../../proofs/simulation/dynamodb/check-balance';
import { FrozenHours } from '../../../../proofs/simulation/dynamodb/frozen-hours';
import type { StoredHour, StoredTally } from '../../../../proofs/simulation/driver/stored-items';
import type { Evidence, StoredTables } from '../../../../proofs/simulation/dynamodb/stored-tables';

const NOON = '2026-03-10T12';
const ONE = '2026-03-10T13';
const DEPARTMENT: Record<string, string> = { Department: 'x' };
const ARN = 'arn:aws:license-manager::294406891311:license:l-1';

/** 1.5 and 2.75 used at noon: 4 billed, 0.25 carried. */
function settled(): Evidence & {
  tables: { -readonly [Name in keyof StoredTables]: StoredTables[Name] };
} {
  const books = new Books();
  use(books, 'a', '1.5');
  use(books, 'b', '2.75', { Department: 'x' });
  return {
    books,
    buyers: aBuyer(),
    tables: {
      kept: [],
      events: new Set(['s-1##a', 's-1##b']),
      tallies: [aTally({ '#a': '1.5', '#b': '2.75' })],
      inline: [],
      hours: [anHour()],
      balances: [{ subscriptionId: 's-1', dimension: 'd1', amount: exact('0.25') }],
      asides: [],
    },
    ledger: [aLine()],
    sent: [],
    setBack: new Set(),
    fromLastRelease: false,
  };
}

function brokenBy({ books, ...evidence }: Evidence, { isAtRest = true } = {}): string | undefined {
  Object.assign(books, { broken: undefined });
  checkBalance({ books, ...evidence }, { isAtRest });
  return books.broken?.invariant;
}

describe('the balance of the real tables', () => {
  it('holds when every unit is in exactly one state', () => expect(brokenBy(settled())).toBeUndefined());

  it('fails when a unit is missing', () => {
    const evidence = settled();
    evidence.tables.balances = [{ subscriptionId: 's-1', dimension: 'd1', amount: exact('0.249999999999999999') }];
    expect(brokenBy(evidence)).toBe('balance');
  });

  it('fails when a unit is counted twice', () => {
    const evidence = settled();
    const again = anHour({ hour: ONE, state: 'rejected', tallies: 0, used: 0n, carriedIn: exact('1'), carriedOut: 0n });
    const record = { ...aRecord(), timestampSeconds: Date.parse(`${ONE}:00:00Z`) / 1000, quantity: 1 };
    evidence.tables.hours = [anHour(), { ...again, record }];
    expect(brokenBy(evidence)).toBe('balance');
  });

  it('fails when an accepted event is not stored', () => {
    const evidence = settled();
    use(evidence.books, 'c', '7');
    expect(brokenBy(evidence)).toBe('answered');
  });

  it('fails when a delivery is lost, although no work is left to do', () => {
    const evidence = settled();
    use(evidence.books, 'c', '7');
    evidence.tables.events = new Set([...evidence.tables.events, 's-1##c']);
    expect(brokenBy(evidence, { isAtRest: false })).toBe('delivered');
    expect(brokenBy(evidence)).toBe('delivered');
  });

  it('counts an event in the failed batches as pending, until everything must be settled', () => {
    const evidence = settled();
    use(evidence.books, 'c', '3');
    evidence.tables.events = new Set([...evidence.tables.events, 's-1##c']);
    const setBack = new Set(['s-1##c']);
    expect(brokenBy({ ...evidence, setBack }, { isAtRest: false })).toBeUndefined();
    expect(brokenBy({ ...evidence, setBack })).toBe('settled');
  });

  it('fails when an event of AWS Marketplace is kept nowhere', () => {
    const sent = [anAwsEvent('agmt-1')];
    const atMs = Date.parse(`${NOON}:00:00Z`);
    const evidence = { ...settled(), sent };
    expect(brokenBy(evidence)).toBe('remembered');
    evidence.tables.kept = [{ atMs, text: '{"agreementId":"agmt-2"}' }];
    expect(brokenBy(evidence)).toBe('remembered');
    evidence.tables.kept = [{ atMs, text: '{"agreementId":"agmt-1"}' }];
    expect(brokenBy(evidence)).toBeUndefined();
  });

  it('fails when an event is in two hours', () => {
    const evidence = settled();
    evidence.tables.tallies = [...evidence.tables.tallies, { ...aTally({ '#a': '1.5' }), hour: ONE }];
    expect(brokenBy(evidence)).toBe('oneHour');
  });

  it('counts the events in the item of an hour, each once', () => {
    const evidence = settled();
    evidence.tables.tallies = [aTally({ '#a': '1.5' })];
    expect(brokenBy(evidence)).toBe('delivered');
    evidence.tables.inline = [aTally({ '#a': '1.5', '#b': '2.75' })];
    expect(brokenBy(evidence)).toBeUndefined();
    evidence.tables.inline = [...evidence.tables.inline, { ...aTally({ '#a': '1.5' }), hour: ONE }];
    expect(brokenBy(evidence)).toBe('oneHour');
  });

  it('allows an event in two tallies of one hour', () => {
    const evidence = settled();
    evidence.tables.tallies = [...evidence.tables.tallies, aTally({ '#a': '1.5' })];
    evidence.tables.hours = [anHour({ tallies: 2 })];
    expect(brokenBy(evidence)).toBeUndefined();
  });

  it('fails when a later version of an event is tallied', () => {
    const evidence = settled();
    evidence.tables.tallies = [aTally({ '#a': '999', '#b': '2.75' })];
    expect(brokenBy(evidence)).toBe('firstVersion');
  });

  it('fails when an hour was sealed with usage that differs from its tallies', () => {
    const evidence = settled();
    evidence.tables.hours = [anHour({ used: exact('5.25'), record: { ...aRecord(), quantity: 5 } })];
    expect(brokenBy(evidence)).toBe('sealedAsTallied');
  });

  it('fails when AWS bills another quantity than was frozen', () => {
    expect(brokenBy({ ...settled(), ledger: [aLine({ quantity: '3' })] })).toBe('sentAsFrozen');
  });

  it('fails when AWS bills other allocations than were frozen', () => {
    const allocations = [{ quantity: '4', tags: [{ key: 'Department', value: 'x' }] }];
    expect(brokenBy({ ...settled(), ledger: [aLine({ allocations })] })).toBe('sentAsFrozen');
  });

  it('fails when an hour is billed in our ledger but not by AWS', () => {
    expect(brokenBy({ ...settled(), ledger: [] })).toBe('billedOnce');
  });

  it('fails when AWS bills an hour that is not in our ledger', () => {
    const ledger = [aLine(), aLine({ hour: `${ONE}:00:00.000Z` })];
    expect(brokenBy({ ...settled(), ledger })).toBe('billedOnce');
  });

  it('fails when AWS bills one hour under both identities', () => {
    expect(brokenBy({ ...settled(), ledger: [aLine(), aLine({ form: 'product' })] })).toBe('oneForm');
  });

  it('fails when a record is stamped with the time of sending', () => {
    const evidence = settled();
    const record = { ...aRecord(), timestampSeconds: Date.parse(`${ONE}:05:00Z`) / 1000 };
    evidence.tables.hours = [anHour({ record })];
    expect(brokenBy(evidence)).toBe('timestamp');
  });

  it('fails when an item that cannot be usage is not set aside, or is set aside and tallied', () => {
    const missing = settled();
    const malformed = { ...version('0'), isUsage: false };
    missing.books.addEvent({ pk: 's-1##m', subscriptionId: 's-1' }, malformed);
    expect(brokenBy(missing)).toBe('setAside');
    const both = settled();
    both.tables.asides = [{ kind: 'setAside', usageEventPk: 's-1##a' }];
    expect(brokenBy(both)).toBe('setAside');
  });

  it('fails when an overwritten event has no mark', () => {
    const evidence = settled();
    const event = evidence.books.events.get('s-1##a');
    if (event) event.isOverwritten = true;
    expect(brokenBy(evidence)).toBe('setAside');
    evidence.tables.asides = [{ kind: 'overwritten', usageEventPk: 's-1##a' }];
    expect(brokenBy(evidence)).toBeUndefined();
  });
});

describe('a closed hour', () => {
  it.each<[string, StoredHour[], string | undefined]>([
    ['a sealed hour may get its answer', [anHour()], undefined],
    ['a sealed hour may not change its request', [anHour({ record: { ...aRecord(), quantity: 5 } })], 'frozen'],
    ['a sealed hour may not get another tally', [anHour({ tallies: 2 })], 'frozen'],
    ['a sealed hour may not be reopened', [anHour({ state: 'open' })], 'transitions'],
    ['a sealed hour may not disappear', [], 'frozen'],
  ])('%s', (_what, after, broken) => {
    const frozen = new FrozenHours();
    const books = new Books();
    frozen.look([anHour({ state: 'sealed', meteringRecordId: undefined })], books);
    frozen.look(after, books);
    expect(books.broken?.invariant).toBe(broken);
  });
});

function version(quantity: string, tags: Record<string, string> = {}) {
  return { dimension: 'd1', quantity: exact(quantity), timeMs: Date.parse(`${NOON}:20:00Z`), tags, isUsage: true };
}

function use(books: Books, id: string, ...quantityAndTags: Parameters<typeof version>): void {
  books.addEvent({ pk: `s-1##${id}`, subscriptionId: 's-1' }, version(...quantityAndTags));
}

function anAwsEvent(agreementId: string): Evidence['sent'][number] {
  return {
    version: '0',
    id: 'e-1',
    'detail-type': 'License Updated - Manufacturer',
    source: 'aws.agreement-marketplace',
    account: '1',
    time: `${NOON}:00:00Z`,
    region: 'us-east-1',
    resources: [],
    detail: { agreement: { id: agreementId } },
  };
}

function aBuyer(): Buyers {
  const agreement = { agreementId: 'agmt-1', accountId: '1', licenseArn: ARN, productCode: 'p' };
  const buyers = new Buyers({ agreement: () => ({}) });
  buyers.add({ ...agreement, customerIdentifier: 'c-1', mode: 'license' }).subscriptionId = 's-1';
  return buyers;
}

function aTally(quantities: Record<string, string>): StoredTally {
  const events = Object.entries(quantities).map(([key, quantity]) => ({
    key,
    quantity: exact(quantity),
    tags: key === '#b' ? DEPARTMENT : {},
  }));
  return { subscriptionId: 's-1', hour: NOON, dimension: 'd1', events };
}

function aRecord(): NonNullable<StoredHour['record']> {
  return {
    productCode: 'p',
    customer: { mode: 'license', licenseArn: ARN, customerAWSAccountId: '1' },
    dimension: 'd1',
    timestampSeconds: Date.parse(`${NOON}:00:00Z`) / 1000,
    quantity: 4,
    allocations: [
      { quantity: 3, tags: { Department: 'x' } },
      { quantity: 1, tags: {} },
    ],
  };
}

function anHour(overrides: Partial<StoredHour> = {}): StoredHour {
  return {
    subscriptionId: 's-1',
    hour: NOON,
    dimension: 'd1',
    state: 'billed',
    tallies: 1,
    used: exact('4.25'),
    carriedIn: 0n,
    carriedOut: exact('0.25'),
    expiredQuantity: 0n,
    coveredQuantity: 0n,
    rejectedQuantity: 0n,
    rejectedUse: [],
    withheldQuantity: 0n,
    withheldUse: [],
    meteringRecordId: 'm-1',
    record: aRecord(),
    ...overrides,
  };
}

function aLine(overrides: Partial<Evidence['ledger'][number]> = {}): Evidence['ledger'][number] {
  return {
    meteringRecordId: 'm-1',
    form: 'license',
    productCode: 'p',
    accountId: '1',
    licenseArn: ARN,
    dimension: 'd1',
    hour: `${NOON}:00:00.000Z`,
    timestamp: `${NOON}:00:00.000Z`,
    quantity: '4',
    billedAt: '',
    freeTrial: false,
    allocations: [
      { quantity: '1', tags: [] },
      { quantity: '3', tags: [{ key: 'Department', value: 'x' }] },
    ],
    ...overrides,
  };
}
