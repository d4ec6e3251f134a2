import type { BilledRecord, Marketplace } from '../../../simulator';
import type { Books, FrozenRecord } from '../driver/books';
import type { Buyers } from '../driver/buyers';
import { wholeUnits } from '../driver/exact';
import { LEGACY_PRODUCT } from '../driver/settings';

const HOUR_MS = 3_600_000;

/** AWS's own ledger, line by line as it grows. */
export class AwsLedger {
  readonly #byKey = new Map<string, BilledRecord>();
  /** Lines that somebody else metered. */
  readonly #foreign = new Set<string>();
  #seen = 0;

  constructor(private readonly world: { marketplace: Marketplace; buyers: Buyers; books: Books }) {}

  /** Follows what a call has billed. */
  follow({ isForeign = false } = {}): BilledRecord[] {
    const ledger = this.world.marketplace.ledger();
    const added = ledger.slice(this.#seen);
    this.#seen = ledger.length;
    for (const record of added) this.#add(record, isForeign);
    return added;
  }

  billedFor({ productCode, customer, dimension, timestampSeconds }: FrozenRecord): BilledRecord | undefined {
    const buyer = this.world.buyers.of({
      LicenseArn: customer.licenseArn,
      CustomerIdentifier: customer.customerIdentifier,
    });
    const hour = new Date(Math.floor((timestampSeconds * 1000) / HOUR_MS) * HOUR_MS).toISOString();
    return this.#byKey.get(
      keyOf({ productCode, accountId: buyer?.accountId ?? '', licenseArn: customer.licenseArn, dimension, hour }),
    );
  }

  get own(): BilledRecord[] {
    return [...this.#byKey].filter(([key]) => !this.#foreign.has(key)).map(([, record]) => record);
  }

  #add(record: BilledRecord, isForeign: boolean): void {
    const key = keyOf(record);
    if (this.#byKey.has(key)) return this.world.books.violate('oneForm', `${key} is billed in both forms`);
    this.#byKey.set(key, record);
    if (isForeign) {
      this.#foreign.add(key);
      return;
    }
    const buyer = this.world.buyers.ofBilled(record);
    if (buyer?.subscriptionId === undefined)
      return this.world.books.violate('neverMoreThanUsed', `${key}: nobody's usage`);
    const account = this.world.books.account(buyer.subscriptionId, record.dimension);
    account.billedByAws += wholeUnits(record.quantity);
    this.world.books.require(account.billedByAws <= account.used, 'neverMoreThanUsed', () => `${key}: ${account}`);
    const booked = this.world.books.hours.get(
      `${buyer.subscriptionId}#${record.hour.slice(0, 13)}#${record.dimension}`,
    );
    const state = booked?.state ?? 'unknown';
    this.world.books.require(
      ['sealed', 'billed', 'unconfirmed'].includes(state),
      'billedOnce',
      () => `${key} is billed by AWS, but ${state} with us`,
    );
  }
}

function keyOf({
  productCode,
  accountId,
  licenseArn,
  dimension,
  hour,
}: Pick<BilledRecord, 'productCode' | 'accountId' | 'licenseArn' | 'dimension' | 'hour'>): string {
  // Of an older product's customer both forms are one: AWS would bill an hour in each.
  const license = productCode === LEGACY_PRODUCT ? '' : (licenseArn ?? '');
  return [productCode, accountId, license, dimension, hour].join(' ');
}
