import * as z from 'zod';
import { parseConfigurationJson } from './configuration-json';
import { configurationProblems } from './configuration-problems';
import { pageSection } from './page-configuration';
import { pageProblems } from './page-problems';
import { printableText } from './printable-text';
import { NOT_YET } from './products';
import { webAddress } from './web-address';

/**
 * The seller's configuration, which describes the listing. `bin/app.ts` reads it from `marketplace.config.json` (or the
 * CDK context key `marketplace`), and every function that needs it has it in a file beside its bundle.
 */

/** A full hour in UTC, as in ISO 8601. */
const utcHour = z.string().refine(isUtcHour, 'give a full hour in UTC, such as 2026-12-01T00:00Z');

function isUtcHour(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:00Z$/.test(text)) return false;
  const startMs = Date.parse(text);
  // February 30 is read as a day in March.
  return !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(text.slice(0, -1));
}

const dimension = z.strictObject({
  /** The API identifier of the dimension in the AWS Marketplace listing; case-sensitive. */
  apiName: printableText(255),
  /** The label of one unit, in the singular: `request`, `GB-hour`. */
  unit: printableText(100),
  /** What buyers read instead of the API identifier, on the registration page. */
  label: printableText(100).optional(),
  /**
   * `contractWithConsumption` products only: the dimension whose entitlement covers usage of this one, so that only the
   * overage is metered; null: all usage is metered.
   */
  coveredBy: printableText(255).nullable().optional(),
  /**
   * How usage is billed: `decimal` to the millionth, `whole` in whole units (seats, for example), with the rest carried
   * to the next hour. Default: decimal.
   */
  quantities: z.enum(['decimal', 'whole']).optional(),
  /** Whether hours with nothing to bill are sent as 0 while the subscription is active; default: they are not. */
  zeroRecords: z.boolean().optional(),
  /** An hour that would bill more waits for the operator: decimal text, or a number. Default: no hour waits. */
  maxPerHour: z
    .union([z.string(), z.number()])
    .refine((value) => /^\d{1,10}(\.\d{1,6})?$/.test(String(value)) && Number(value) > 0, {
      error: 'give a quantity above 0 with at most 6 decimals, such as "1000.5"',
    })
    .optional(),
});

/** After which period a contract's amounts start again. `anniversary`: every `months` from the activation. */
const contractPeriod = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('calendarMonth') }),
  z.strictObject({ kind: z.literal('anniversary'), months: z.int().min(1).max(120).default(1) }),
]);

export type ContractPeriodRule = z.output<typeof contractPeriod>;

/** `a-zA-Z0-9+ -=._:/@`, 1 to 100 characters: what AWS accepts as a cost-allocation tag key. */
const allocationTagKey = z
  .string()
  .regex(/^[a-zA-Z0-9+ \-=._:/@]{1,100}$/, '1 to 100 of the characters a-z A-Z 0-9 + - = . _ : / @ and space');

const ONLY_NETTED = 'is for products with the pricing model contractWithConsumption only';

const product = z
  .strictObject({
    productCode: z
      .string()
      .regex(
        /^[-a-zA-Z0-9/=:_.@]{1,255}$/,
        'the product code as AWS Marketplace Management Portal shows it, without spaces',
      ),
    /** The product's identifier in the AWS Marketplace Catalog API. Only `npm run ops -- doctor` uses it. */
    productId: z
      .string()
      .regex(
        /^prod-[a-z0-9]{1,250}$/,
        'the product id as AWS Marketplace Management Portal shows it, such as prod-abcdefghijklm',
      )
      .optional(),
    name: printableText(200),
    /**
     * How AWS identifies the customer. `license` (account id + licence ARN) for products created since 2026-06-01,
     * `legacy` (customer identifier + product code) for older ones. It is never guessed, because AWS bills an hour
     * twice if it is reported under both identities. An older product stays `legacy` while and after its customers move
     * to licences (docs/moving.md).
     */
    identityMode: z.enum(['license', 'legacy']).default('license'),
    /** `legacy` products only: a customer who registers moves to the licence that AWS returns. */
    moveAtRegistration: z.boolean().optional(),
    /** `contract` products are never metered; for `contractWithConsumption` products the overage is metered. */
    pricingModel: z.enum(['subscription', 'contract', 'contractWithConsumption']),
    dimensions: z.array(dimension).min(1).max(1000),
    /** `contractWithConsumption` products only. */
    contractPeriod: contractPeriod.optional(),
    /** `contractWithConsumption` products only: dimensions whose entitlements cover no usage, though they are numbers. */
    ignoredEntitlements: z.array(printableText(255)).max(1000).optional(),
    /** Tag keys that usage events may have for the buyer's cost allocation; AWS accepts at most 5 a record. */
    allocationTagKeys: z.array(allocationTagKey).max(5).default([]),
    /**
     * The first hour of use that is billed. Earlier usage is withheld: it goes through everything, but AWS never hears of
     * it. `notYet`: all usage is withheld. Absent: all usage is billed. The hour stays in the configuration after it has
     * come, because usage of an earlier hour may still arrive.
     */
    liveFrom: z
      .string()
      .refine((text) => text === NOT_YET || isUtcHour(text), {
        error: 'give a full hour in UTC, such as 2026-12-01T00:00Z, or notYet',
        params: { allowed: [NOT_YET] },
      })
      .optional(),
    /** Where buyers of this product go after the registration; default: `page.nextUrl`. */
    nextUrl: webAddress.optional(),
  })
  .refine(({ identityMode, moveAtRegistration }) => identityMode === 'legacy' || moveAtRegistration !== true, {
    path: ['moveAtRegistration'],
    error: 'only customers of a product with identityMode legacy can move to their licences',
  })
  .refine(({ dimensions }) => new Set(dimensions.map((d) => d.apiName)).size === dimensions.length, {
    path: ['dimensions'],
    error: 'two dimensions have the same apiName',
  })
  .superRefine((given, context) => {
    for (const { path, message, allowed } of coverageProblems(given))
      context.addIssue({ code: 'custom', path, message, params: { allowed } });
  });

interface Coverable {
  pricingModel: string;
  dimensions: readonly { apiName: string; coveredBy?: string | null }[];
  contractPeriod?: unknown;
  ignoredEntitlements?: readonly string[];
}

/** Coverage decides the bill, so nothing about it is guessed. */
function coverageProblems({ pricingModel, dimensions, contractPeriod: period, ignoredEntitlements }: Coverable) {
  const isNetted = pricingModel === 'contractWithConsumption';
  const problems: { path: (string | number)[]; message: string; allowed?: string[] }[] = [];
  if (isNetted && period === undefined) {
    const message =
      'set when contract amounts start again: {"kind":"calendarMonth"}, or {"kind":"anniversary","months":12}';
    problems.push({ path: ['contractPeriod'], message });
  }
  if (!isNetted && period !== undefined) problems.push({ path: ['contractPeriod'], message: ONLY_NETTED });
  if (!isNetted && ignoredEntitlements !== undefined) {
    problems.push({ path: ['ignoredEntitlements'], message: ONLY_NETTED });
  }
  const known = new Set(dimensions.map(({ apiName }) => apiName));
  const covering = new Set<string>();
  for (const [index, { coveredBy }] of dimensions.entries()) {
    const path = ['dimensions', index, 'coveredBy'];
    if (isNetted && coveredBy === undefined) {
      const message =
        'name the dimension whose entitlement covers usage of this one, or set null if all of its usage is metered';
      problems.push({ path, message });
    }
    if (!isNetted && coveredBy !== undefined) problems.push({ path, message: ONLY_NETTED });
    if (typeof coveredBy !== 'string') continue;
    if (covering.has(coveredBy)) {
      problems.push({ path, message: `the entitlement ${coveredBy} already covers another dimension` });
    }
    covering.add(coveredBy);
    if (isNetted && !known.has(coveredBy)) {
      const message = `the product has no dimension ${coveredBy} (case-sensitive): AWS never lists its entitlement`;
      problems.push({ path, message: `${message}; add the dimension, or correct the name`, allowed: [...known] });
    }
  }
  for (const [index, name] of (ignoredEntitlements ?? []).entries()) {
    if (!covering.has(name)) continue;
    problems.push({ path: ['ignoredEntitlements', index], message: `the entitlement ${name} covers a dimension` });
  }
  return problems;
}

const usage = z.strictObject({
  /** How old an event may be when it arrives; older events are refused with a reason. */
  latenessHours: z.int().min(1).max(720).default(24),
  /** How long after its end an hour waits for late events before it is sealed. */
  graceMinutes: z.int().min(1).max(50).default(5),
  /** How long the stream collects events before they are aggregated; longer is cheaper (see docs/cost.md). */
  batchingWindowSeconds: z.int().min(0).max(300).default(60),
  /** How long a usage event is kept. Its id is protected against duplicates for as long. */
  eventRetentionDays: z.int().min(35).max(3650).default(90),
  /**
   * For usage that was never sent and whose hour AWS no longer accepts: `carry` bills it with the next hour that can be
   * sent, `expire` does not bill it. Both are accounted for.
   */
  unsendableUsage: z.enum(['carry', 'expire']).default('carry'),
  /** How many hours before the end of AWS's window usage that is held back can wait no longer. */
  holdUntilHours: z.int().min(1).max(20).default(4),
  /** What becomes of it then: `carry` moves it to a later hour, where it is held again; `send` sends it. */
  heldUsage: z.enum(['carry', 'send']).default('carry'),
  /**
   * How many of the calls of BatchMeterUsage that AWS allows the account, 10 a second, metering makes. The fastest is one
   * call in 102 ms: AWS counts 10 in a second, and a call may reach it 20 ms earlier or later than another.
   */
  meteringCallsPerSecond: z.number().min(1).max(9.8).default(8),
});

/** An AWS account whose usage is withheld, whatever it subscribed to. */
const testAccount = z
  .strictObject({
    account: z.string().regex(/^\d{12}$/, 'the 12 digits of an AWS account id, as text'),
    /** The first hour of use that is withheld; absent: from the beginning. */
    from: utcHour.optional(),
    /** The first hour of use that is billed again; absent: none. Like `liveFrom`, it stays in the configuration. */
    until: utcHour.optional(),
  })
  .refine(({ from = '', until }) => until === undefined || from < until, {
    path: ['until'],
    error: 'give an hour after `from`',
  });

const registration = z.strictObject({
  /** The seller's own sign-up page; default: the built-in page. */
  signUpUrl: webAddress.optional(),
  /** Days after the end of a customer's last subscription when its contact data is deleted; default: never. */
  contactRetentionDays: z.number().int().min(1).max(3650).optional(),
});

const support = z
  .strictObject({ email: z.email().optional(), url: webAddress.optional() })
  .refine(({ email, url }) => email !== undefined || url !== undefined, {
    error: 'AWS requires a support contact on the landing page: set support.email or support.url',
  });

/** What functions find beside their bundles. */
const functionConfigurationSchema = z
  .strictObject({
    products: z.array(product).min(1),
    /** AWS accounts that test the seller's own listing. */
    testAccounts: z.array(testAccount).max(100).default([]),
    usage: usage.prefault({}),
    registration: registration.prefault({}),
    /** Whether AWS is asked for each agreement's offer, end, free trial and renewal (`aws-marketplace:DescribeAgreement`). */
    agreementDetails: z.boolean().default(false),
    support,
  })
  .refine(({ products }) => new Set(products.map((p) => p.productCode)).size === products.length, {
    path: ['products'],
    error: 'two products have the same productCode',
  });

const sellerConfigurationSchema = functionConfigurationSchema.safeExtend({ page: pageSection });

export type FunctionConfiguration = z.infer<typeof functionConfigurationSchema>;
/** With all defaults. */
export type ParsedConfiguration = z.infer<typeof sellerConfigurationSchema>;
/** What the schema takes. `SellerConfiguration` says the same for readers; a test holds them equal. */
export type SchemaInput = z.input<typeof sellerConfigurationSchema>;
export type Product = ParsedConfiguration['products'][number];
export type TestAccount = ParsedConfiguration['testAccounts'][number];
export type QuantityForm = NonNullable<Product['dimensions'][number]['quantities']>;

const wholeSchema = sellerConfigurationSchema.superRefine(({ page }, context) => {
  for (const { path, message } of pageProblems(page))
    context.addIssue({ code: 'custom', path: ['page', ...path], message });
});

/**
 * Parses a seller's configuration.
 * @throws Error that lists every problem, with its path and what to do.
 */
export function parseSellerConfiguration(input: unknown): ParsedConfiguration {
  const parsed = wholeSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = configurationProblems(sellerConfigurationSchema, input, parsed.error.issues);
  throw new Error(`The marketplace configuration is wrong:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
}

/**
 * Parses the text of a configuration file.
 * @throws Error that says where the text is not JSON, or lists every problem.
 */
export function parseSellerConfigurationText(text: string): ParsedConfiguration {
  return parseSellerConfiguration(parseConfigurationJson(text));
}
