import type {
  FunctionConfiguration,
  Product,
  TestAccount,
} from '../../../lambdas/shared/contract/seller-configuration';
import { Dice, subSeed } from '../driver/dice';
import { FAULTS_OF, type FaultName } from '../driver/faults';
import {
  CONTRACT_PRODUCT,
  formOf,
  LEGACY_PRODUCT,
  LICENSE_PRODUCTS,
  someMonthEndMs,
  someStartMs,
  TAG_KEYS,
  UNLISTED_DIMENSION,
  UNMETERED_PRODUCT,
  type Settings,
} from '../driver/settings';
import { HOUR_MS } from '../driver/time';

/** The options of one run; the rest comes from the seed. */
export interface SimulationOptions {
  seed: number;
  hours: number;
  /** Steps of the plan to leave out, by index. */
  withoutSteps?: ReadonlySet<number>;
  /** Faults that must not happen. */
  withoutFaults?: ReadonlySet<FaultName>;
}

export const DEFAULT_HOURS = 744;

export interface MemorySettings extends Settings {
  seed: number;
  hours: number;
  unsendableUsage: 'carry' | 'expire';
  holdUntilHours: number;
  heldUsage: 'carry' | 'send';
  graceMinutes: number;
  meteringCallsPerSecond: number;
  maxTallyBytes: number;
  /** The size to which the item of an open hour may grow; small, so that few events fill it. */
  openHourBytes: number;
  batchSize: number;
  /** The usage stream's window; a subscription's last hour waits for it. */
  batchingWindowSeconds: number;
  catchUpMinutes: number;
  /** The products whose decimals AWS refuses for now. */
  refusesDecimals: Set<string>;
}

const METERED_PRODUCTS = [...LICENSE_PRODUCTS, LEGACY_PRODUCT, CONTRACT_PRODUCT];

/** The probability at a call of a port; each seed scales it. */
const RATES: Partial<Record<FaultName, number>> = {
  storeThrottled: 0.006,
  storeErrorAfterCommit: 0.006,
  storeAnswerLost: 0.01,
  transactionConflict: 0.01,
  transactionThrottled: 0.005,
  reasonsMixed: 0.05,
  paged: 0.03,
  partialQuery: 0.3,
  indexLagged: 0.05,
  keysUnprocessed: 0.05,
  glanceOutdated: 0.7,
  crashBefore: 0.002,
  crashAfter: 0.003,
  frozen: 0.002,
  answerHeld: 0.005,
  outOfTime: 0.02,
  throttle: 0.04,
  errorBeforeCommit: 0.03,
  errorAfterCommit: 0.03,
  dropBeforeCommit: 0.03,
  dropAfterCommit: 0.04,
  unprocessed: 0.06,
  resultMissing: 0.03,
  reorder: 0.2,
  customerNotSubscribed: 0.03,
  licenseNotActive: 0.015,
  disabledApi: 0.015,
  decimalsUnknown: 0.06,
  entitlementsThrottled: 0.06,
  entitlementsFailed: 0.06,
  entitlementsDropped: 0.06,
  emptyPage: 0.1,
};

export function settingsOf({ seed, hours, withoutFaults = new Set() }: SimulationOptions): MemorySettings {
  const dice = new Dice(subSeed(seed, -1));
  // The simulated time includes the end of a month.
  const startMs = someStartMs(dice, someMonthEndMs(dice), [hours * 0.2, hours * 0.7]);
  const weather = dice.pick([0.3, 1, 1, 2.5]);
  const names = FAULTS_OF.memory.filter((name) => {
    // Swarm testing: a fault that is always on hides what happens only without it.
    const isOn = dice.chance(0.75);
    return isOn && !withoutFaults.has(name);
  });
  const refused = names.includes('decimalsRefused') && dice.chance(0.25) ? dice.pick(METERED_PRODUCTS) : undefined;
  const wide = dice.chance(0.05);
  // Other dice, so that the rest of the seed stays as it was.
  const testDice = new Dice(subSeed(seed, -5));
  const dryRun = names.includes('dryRun') && testDice.chance(0.5) ? testDice.pick(METERED_PRODUCTS) : undefined;
  const limited = names.includes('aboveMaximum') && testDice.chance(0.5) ? testDice.pick(METERED_PRODUCTS) : undefined;
  const maxPerHour = testDice.pick(['3', '20', 500]);
  const someHour = () => boundaryAt(startMs + testDice.below(hours) * HOUR_MS);
  const liveFrom = someHour();
  return {
    seed,
    hours,
    startMs,
    endMs: startMs + hours * HOUR_MS,
    latenessHours: dice.pick([4, 24, 24, 48]),
    eventRetentionDays: dice.between(3, 6),
    unsendableUsage: dice.pick(['carry', 'expire']),
    holdUntilHours: testDice.pick([1, 4, 12]),
    heldUsage: testDice.pick(['carry', 'send']),
    graceMinutes: 5,
    meteringCallsPerSecond: testDice.pick([1, 8, 9.8]),
    maxTallyBytes: dice.pick([300, 1000, 350_000, 350_000]),
    openHourBytes: dice.pick([0, 350, 500, 1024]),
    batchSize: dice.pick([4, 15, 60, 1000]),
    catchUpMinutes: dice.pick([30, 60, 60]),
    shareOfRuns: wide ? 0.3 : dice.pick([0.7, 0.9, 0.95]),
    batchingWindowSeconds: 60,
    refusesDecimals: new Set(refused === undefined ? [] : [refused]),
    testAccounts: [],
    products: [
      ...productsOf(wide ? 27 : dice.between(1, 3), {
        moveAtRegistration: names.includes('moved') && dice.chance(0.3),
      }),
      contractProduct(dice),
    ]
      .map((product) => (product.productCode === dryRun ? { ...product, liveFrom } : product))
      .map((product) => withMaximum(product, product.productCode === limited ? maxPerHour : undefined)),
    sales: {
      [LICENSE_PRODUCTS[0]]: 4,
      [LICENSE_PRODUCTS[1]]: 2,
      [LEGACY_PRODUCT]: 2,
      [CONTRACT_PRODUCT]: 2.5,
      [UNMETERED_PRODUCT]: 0.7,
    },
    sources: ['', '', 'app/1', 'app#2', 'app%232'],
    unusualDimensions: new Set([UNLISTED_DIMENSION]),
    isCautious: false,
    rates: Object.fromEntries(
      names.map((name) => [name, (RATES[name] ?? 1) * (RATES[name] === undefined ? 1 : weather)]),
    ),
  };
}

/** The hours of its first dimension wait above a quantity. */
function withMaximum(product: Product, maxPerHour: string | number | undefined): Product {
  const dimensions = product.dimensions.map((each, n) => (n === 0 ? { ...each, maxPerHour } : each));
  return { ...product, dimensions };
}

/** An account is tested from one hour of the month to another, or for ever in one direction. */
export function someTestAccount({ seed, startMs, hours }: MemorySettings, account: string): TestAccount {
  const dice = new Dice(subSeed(seed, -6));
  const [from, until] = [dice.below(hours), dice.below(hours)].sort((a, b) => a - b) as [number, number];
  return {
    account,
    ...(dice.chance(0.5) && { from: boundaryAt(startMs + from * HOUR_MS) }),
    ...(dice.chance(0.7) && { until: boundaryAt(startMs + (until + 1) * HOUR_MS) }),
  };
}

/** A full hour as the configuration writes it. */
const boundaryAt = (ms: number) => `${new Date(ms).toISOString().slice(0, 13)}:00Z`;

/** The seller's configuration at this moment. */
export function configurationOf({ products, testAccounts, ...settings }: MemorySettings): FunctionConfiguration {
  const { latenessHours, eventRetentionDays, unsendableUsage, graceMinutes, batchingWindowSeconds } = settings;
  const { holdUntilHours, heldUsage, meteringCallsPerSecond } = settings;
  return {
    products,
    testAccounts: [...testAccounts],
    usage: {
      latenessHours,
      eventRetentionDays,
      unsendableUsage,
      graceMinutes,
      batchingWindowSeconds,
      holdUntilHours,
      heldUsage,
      meteringCallsPerSecond,
    },
    registration: {},
    agreementDetails: false,
    support: { email: 'support@example.com' },
  };
}

function productsOf(dimensions: number, { moveAtRegistration }: { moveAtRegistration: boolean }): Product[] {
  const names = Array.from({ length: dimensions }, (_, n) => `d${n}`);
  const product = (productCode: string, identityMode: Product['identityMode'], apiNames: string[]): Product => ({
    productCode,
    name: productCode,
    identityMode,
    pricingModel: 'subscription',
    dimensions: apiNames.map((apiName) => ({ apiName, unit: 'unit', quantities: formOf(apiName) })),
    allocationTagKeys: TAG_KEYS,
  });
  return [
    product(LICENSE_PRODUCTS[0], 'license', [...names, UNLISTED_DIMENSION]),
    product(LICENSE_PRODUCTS[1], 'license', ['d0', 'd1']),
    { ...product(UNMETERED_PRODUCT, 'license', ['d0', 'd1']), pricingModel: 'contract' },
    { ...product(LEGACY_PRODUCT, 'legacy', ['d0', 'd1']), moveAtRegistration },
  ];
}

function contractProduct(dice: Dice): Product {
  return {
    productCode: CONTRACT_PRODUCT,
    name: CONTRACT_PRODUCT,
    identityMode: 'license',
    pricingModel: 'contractWithConsumption',
    contractPeriod: dice.pick([{ kind: 'calendarMonth' }, { kind: 'anniversary', months: 1 }]),
    dimensions: [
      { apiName: 'd0', unit: 'unit', coveredBy: 'd0', quantities: formOf('d0') },
      { apiName: 'd1', unit: 'unit', coveredBy: null, quantities: formOf('d1') },
    ],
    allocationTagKeys: TAG_KEYS,
  };
}
