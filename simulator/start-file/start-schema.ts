import * as z from 'zod';
import {
  accountId,
  days,
  delivery,
  entitlements,
  exactly,
  fault,
  licenseArnShape,
  newProduct,
  seconds,
  time,
  url,
} from '../inputs';
import { shownName } from '../products';
import { DECIMALS, EVENT_LICENSE_ARNS, PRODUCT_CODE_WITH_LICENSE } from '../rules/context';

const buyer = exactly({
  accountId: accountId.describe('An AWS account id.'),
  name: shownName.optional(),
  suspended: z.boolean().optional().describe('Usage of a suspended account gets CustomerNotSubscribed.'),
});

const agreement = exactly({
  productCode: z.string().describe('Of one of the products.'),
  accountId: accountId.optional().describe('The buyer. An account that is not among the buyers is added.'),
  acceptedDaysAgo: days.optional().describe('How long before the start the buyer accepted. Default: 0.'),
  freeTrial: z.boolean().optional(),
  trialEndsAt: time.optional().describe('Free trials only. Default: 30 days after the acceptance.'),
  entitlements: entitlements.optional().describe('What a contract entitles to.'),
  startsAt: time.optional().describe('Makes it the acceptance of a private offer that starts later.'),
  endsAt: time.optional().describe('When a contract ends. Default: never.'),
  endsInDays: days.optional().describe('The same, counted from the start of the simulator.'),
  autoRenew: z.boolean().optional().describe('true renews the contract at its end for the same time.'),
  activationDelaySeconds: seconds.optional().describe('From the acceptance to the license becoming active.'),
  licenseArnShape: licenseArnShape.optional(),
  fails: z.boolean().optional().describe('Legacy products only: the subscription fails.'),
}).refine(({ endsAt, endsInDays }) => endsAt === undefined || endsInDays === undefined, {
  error: 'give either endsAt or endsInDays',
});

/** What the simulator starts with. */
export const startSchema = exactly({
  $schema: z.string().optional().describe('For editors. The simulator does not read it.'),
  seed: z.int().min(0).optional().describe('The same seed and calls produce the same ids and faults. Default: 1.'),
  clock: time.optional().describe("Simulated time at the start. Default: the machine's time."),
  clockStands: z.boolean().optional().describe('The clock moves only when it is told to. Default: it runs.'),
  registrationUrl: url.optional().describe('Where "Set up your account" sends the buyer.'),
  tokenLifetimeSeconds: seconds.min(1).optional().describe('Of registration tokens. Default: 1800.'),
  tokenUse: z.enum(['repeatable', 'singleUse']).optional().describe('Default: repeatable.'),
  decimals: z.enum(DECIMALS).optional().describe('What AWS makes of decimal quantities. Default: known.'),
  productCodeWithLicense: z
    .enum(PRODUCT_CODE_WITH_LICENSE)
    .optional()
    .describe('What AWS makes of a ProductCode beside a LicenseArn. Default: accepted.'),
  eventLicenseArn: z.enum(EVENT_LICENSE_ARNS).optional().describe('The shape of license ARNs in events.'),
  delivery: delivery.optional().describe('How events are delivered after the start.'),
  products: z.array(newProduct).min(1),
  buyers: z.array(buyer).optional(),
  agreements: z.array(agreement).optional(),
  faults: z.array(fault).optional().describe('Planted after the agreements were made.'),
});

export type Start = z.output<typeof startSchema>;
/** The same as it is written. `MarketplaceStart` is the documented form. */
export type StartInput = z.input<typeof startSchema>;
export type StartAgreement = z.output<typeof agreement>;
