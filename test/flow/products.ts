import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

export const LICENSE_PRODUCT = 'flow-license';
export const MANY_DIMENSIONS = Array.from({ length: 260 }, (_, n) => `dimension_${n}`);
export const LEGACY_PRODUCT = 'flow-legacy';
export const STORAGE_PRODUCT = 'flow-storage';
export const NETTED_PRODUCT = 'flow-netted';
export const SEATS_PRODUCT = 'flow-seats';
export const CONTRACT_PRODUCT = 'flow-contract';
/** An hour of more than 1000 waits for the operator. */
export const LIMITED_PRODUCT = 'flow-limited';
/** Its usage is billed from 11:00 on, in the flows that begin on 2026-07-14 at 09:20. */
export const TESTED_PRODUCT = 'flow-tested';
export const LEGACY_CONTRACT_PRODUCT = 'flow-legacy-contract';

const contractPeriod = { kind: 'calendarMonth' } as const;
const events = { apiName: 'events', unit: 'event' };
const exports = { apiName: 'exports', unit: 'unit' };
const seats = { apiName: 'seats', unit: 'seat' };

/** The seller's products in all flow tests. */
export const PRODUCTS: SellerConfiguration['products'] = [
  {
    productCode: LICENSE_PRODUCT,
    name: 'Flow',
    pricingModel: 'subscription',
    dimensions: ['events', ...MANY_DIMENSIONS].map((apiName) => ({ apiName, unit: 'unit' })),
    allocationTagKeys: ['Department', 'Project'],
  },
  {
    productCode: LEGACY_PRODUCT,
    name: 'Flow classic',
    identityMode: 'legacy',
    pricingModel: 'subscription',
    dimensions: [events, exports],
  },
  {
    productCode: STORAGE_PRODUCT,
    name: 'Storage',
    pricingModel: 'subscription',
    dimensions: [
      { ...events, quantities: 'whole' },
      { apiName: 'gigabytes', unit: 'GB' },
    ],
    allocationTagKeys: ['Department'],
  },
  {
    productCode: NETTED_PRODUCT,
    name: 'Netted',
    pricingModel: 'contractWithConsumption',
    dimensions: [
      { ...events, coveredBy: 'events_included' },
      { apiName: 'events_included', unit: 'event', coveredBy: null },
      { apiName: 'storage', unit: 'GB', coveredBy: null },
    ],
    contractPeriod,
  },
  {
    productCode: SEATS_PRODUCT,
    name: 'Seats',
    pricingModel: 'contractWithConsumption',
    dimensions: [{ ...seats, coveredBy: 'seats' }],
    contractPeriod,
  },
  {
    productCode: TESTED_PRODUCT,
    name: 'Tested',
    pricingModel: 'subscription',
    dimensions: [events],
    liveFrom: '2026-07-14T11:00Z',
  },
  {
    productCode: LIMITED_PRODUCT,
    name: 'Limited',
    pricingModel: 'subscription',
    dimensions: [{ ...events, maxPerHour: '1000' }],
  },
  { productCode: CONTRACT_PRODUCT, name: 'Contract', pricingModel: 'contract', dimensions: [events] },
  {
    productCode: LEGACY_CONTRACT_PRODUCT,
    name: 'Contract classic',
    identityMode: 'legacy',
    pricingModel: 'contract',
    dimensions: [seats, events, exports],
  },
];

export const NEXT_URL = 'https://app.example.com/welcome';

/**
 * What a seller may choose otherwise than the default, all at once for the flow tests of any of it: a configuration takes
 * seconds to synthesize.
 */
export const CHOICES: Partial<SellerConfiguration> = {
  agreementDetails: true,
  registration: { contactRetentionDays: 30 },
  usage: { unsendableUsage: 'expire' },
  page: {
    seller: 'Example & Sons',
    logo: 'proofs/example-logo.svg',
    accent: { light: '#0f766e' },
    nextUrl: NEXT_URL,
    contactFields: { company: 'none', phone: 'optional' },
    texts: { doneHeading: 'Welcome aboard' },
  },
};
