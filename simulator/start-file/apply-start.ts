import { buy } from '../buy';
import type { SimulatedClock } from '../clock';
import type { Marketplace } from '../marketplace';
import type { MarketplaceOptions } from '../rules/context';
import { SetupError } from '../rules/required';
import type { Start, StartAgreement } from './start-schema';

const DAY_MS = 86_400_000;

/** The rules' options that a start sets. */
export function optionsOf({ tokenLifetimeSeconds, ...start }: Start): Partial<MarketplaceOptions> {
  const { tokenUse, decimals, productCodeWithLicense, eventLicenseArn } = start;
  const tokenLifetimeMs = tokenLifetimeSeconds === undefined ? undefined : tokenLifetimeSeconds * 1000;
  const given = { tokenLifetimeMs, tokenUse, decimals, productCodeWithLicense, eventLicenseArn };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * Fills a marketplace. The clock goes back for the agreements that were accepted earlier, and returns.
 *
 * @throws Error that names the entry whose parts do not fit together
 */
export function applyStart(
  { marketplace, clock }: { marketplace: Marketplace; clock: SimulatedClock },
  { products, buyers = [], agreements = [], faults = [], delivery = {} }: Start,
): void {
  const startMs = clock.now();
  each(products, 'products', (product) => marketplace.addProduct(product));
  each(buyers, 'buyers', ({ suspended = false, ...buyer }) => {
    marketplace.addBuyer(buyer);
    marketplace.suspendBuyer(buyer.accountId, suspended);
  });
  // In the order in which they were accepted, with the place that a message names.
  const places = agreements
    .map((agreement, index) => ({ agreement, index, ageMs: (agreement.acceptedDaysAgo ?? 0) * DAY_MS }))
    .sort((a, b) => b.ageMs - a.ageMs);
  for (const { agreement, index, ageMs } of places) {
    clock.set(startMs - ageMs);
    marketplace.runDue();
    explained(`agreements[${index}]`, () => subscribe(marketplace, agreement, startMs));
  }
  clock.set(startMs);
  marketplace.runDue();
  for (const fault of faults) marketplace.plantFault(fault);
  marketplace.setDelivery(delivery);
}

function subscribe(marketplace: Marketplace, agreement: StartAgreement, startMs: number): void {
  const { productCode, acceptedDaysAgo: _age, startsAt, endsAt, endsInDays, trialEndsAt, ...terms } = agreement;
  const endsAtMs = endsInDays === undefined ? endsAt : startMs + endsInDays * DAY_MS;
  const accountId = agreement.accountId ?? marketplace.addBuyer().accountId;
  const { freeTrial = false } = terms;
  const privateOffer = { productCode, name: 'Private offer', buyerAccountId: accountId, freeTrial };
  const offer = startsAt === undefined ? undefined : marketplace.addOffer({ ...privateOffer, startsAtMs: startsAt });
  const offered = offer === undefined ? { productCode } : { offerId: offer.offerId };
  buy(marketplace, { ...terms, ...offered, accountId, endsAtMs, trialEndsAtMs: trialEndsAt });
}

function each<Entry>(entries: readonly Entry[], list: string, add: (entry: Entry) => unknown): void {
  for (const [index, entry] of entries.entries()) explained(`${list}[${index}]`, () => add(entry));
}

function explained(place: string, add: () => unknown): void {
  try {
    add();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new Error(`Correct ${place} of the start: ${error.message}`, { cause: error });
  }
}
