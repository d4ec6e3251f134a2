import type { BilledRecord, Marketplace } from '../../../simulator';
import { billedHourName, hourName, type Books, type FrozenRecord } from '../driver/books';
import type { Buyers } from '../driver/buyers';
import { exactly } from '../driver/exact';
import { hourOf } from '../driver/time';

/** AWS's own ledger, line by line as it grows. */
export class AwsLedger {
  readonly #byKey = new Map<string, BilledRecord>();
  /** Lines that somebody else metered. */
  readonly #foreign = new Set<string>();
  #seen = 0;

  constructor(private readonly world: { marketplace: Marketplace; buyers: Buyers; books: Books }) {}

  /** Follows the records that a call billed. */
  follow({ isForeign = false } = {}): BilledRecord[] {
    const ledger = this.world.marketplace.ledger();
    const added = ledger.slice(this.#seen);
    this.#seen = ledger.length;
    for (const record of added) this.#add(record, isForeign);
    return added;
  }

  billedFor({ productCode, customer, dimension, timestampSeconds }: FrozenRecord): BilledRecord | undefined {
    const buyer = this.world.buyers.of(customer);
    const accountId = buyer?.accountId ?? '';
    const { licenseArn } = customer;
    const hour = hourOf(timestampSeconds * 1000);
    return this.#byKey.get(billedHourName({ productCode, accountId, licenseArn, dimension }, hour));
  }

  get own(): BilledRecord[] {
    return [...this.#byKey].filter(([key]) => !this.#foreign.has(key)).map(([, record]) => record);
  }

  #add(record: BilledRecord, isForeign: boolean): void {
    const { books, buyers } = this.world;
    const hour = record.hour.slice(0, 13);
    const key = billedHourName(record, hour);
    if (this.#byKey.has(key)) return books.violate('oneForm', `${key} is billed in both forms`);
    this.#byKey.set(key, record);
    if (isForeign) {
      this.#foreign.add(key);
      return;
    }
    const buyer = buyers.of(record);
    if (buyer?.subscriptionId === undefined)
      return books.violate('neverMoreThanUsed', `${key}: usage of no known buyer`);
    const account = books.account(buyer.subscriptionId, record.dimension);
    account.billedByAws += exactly(record.quantity);
    books.require(account.billedByAws <= account.used, 'neverMoreThanUsed', () => `${key}: ${account}`);
    const name = hourName({ subscriptionId: buyer.subscriptionId, hour, dimension: record.dimension });
    const state = books.hours.get(name)?.state ?? 'unknown';
    books.require(
      ['sealed', 'billed', 'unconfirmed'].includes(state),
      'billedOnce',
      () => `${key} is billed by AWS, but ${state} in our ledger`,
    );
  }
}
