import * as z from 'zod';
import type { SavedClock } from '../clock';
import { DECIMALS, EVENT_LICENSE_ARNS, PRODUCT_CODE_WITH_LICENSE } from '../rules/context';
import { FAULT_KINDS, OPERATIONS } from '../rules/faults';
import { SERVICE_ERROR_TYPES } from '../rules/service-error';
import type { MarketplaceSnapshot } from '../rules/snapshot';

/** What a state file holds besides the mark of its format. */
export interface SavedState {
  clock: SavedClock;
  settings: { registrationUrl?: string; eventBridgeEndpoint?: string };
  marketplace: MarketplaceSnapshot;
}

const text = z.string();
const times = z.array(z.number());
const maybeTime = z.number().optional();

const entitlements = z.array(
  z.strictObject({
    dimension: text,
    value: z.union([
      z.strictObject({ IntegerValue: z.number() }),
      z.strictObject({ DoubleValue: z.number() }),
      z.strictObject({ BooleanValue: z.boolean() }),
      z.strictObject({ StringValue: text }),
    ]),
  }),
);

const product = z.strictObject({
  productCode: text,
  productId: text,
  name: text,
  identityMode: z.enum(['license', 'legacy']),
  pricingModel: z.enum(['subscription', 'contract', 'contractWithConsumption']),
  dimensions: z.array(text),
  dimensionTypes: z.record(text, z.array(z.enum(['Entitled', 'ExternallyMetered']))).optional(),
});
const offer = z.strictObject({
  offerId: text,
  productCode: text,
  name: text,
  freeTrial: z.boolean(),
  buyerAccountId: text.optional(),
  startsAtMs: maybeTime,
  channelPartner: z.strictObject({ accountId: text, resaleAuthorizationId: text }).optional(),
});
const buyer = z.strictObject({ accountId: text, name: text, customerIdentifier: text, suspended: z.boolean() });

const agreement = z.strictObject({
  agreementId: text,
  previousAgreementId: text.optional(),
  intent: z.enum(['NEW', 'RENEW', 'REPLACE']),
  status: z.enum(['ACTIVE', 'CANCELLED', 'EXPIRED', 'TERMINATED', 'RENEWED', 'REPLACED']),
  productCode: text,
  offerId: text,
  accountId: text,
  licenseArn: text,
  freeTrial: z.boolean(),
  trialEndsAtMs: maybeTime,
  autoRenew: z.boolean().optional(),
  entitlements,
  acceptedAtMs: z.number(),
  startsAtMs: maybeTime,
  fails: z.boolean().optional(),
  activatesAtMs: z.number(),
  activatedAtMs: maybeTime,
  endsAtMs: maybeTime,
  endedAtMs: maybeTime,
  deprovisionAtMs: maybeTime,
  deprovisionedAtMs: maybeTime,
});

const token = z.strictObject({ token: text, agreementId: text, expiresAtMs: z.number(), used: z.boolean() });
const tags = z.array(z.strictObject({ key: text, value: text }));
const billed = z.strictObject({
  meteringRecordId: text,
  form: z.enum(['product', 'license']),
  productCode: text,
  accountId: text,
  licenseArn: text.optional(),
  dimension: text,
  hour: text,
  timestamp: text,
  quantity: text,
  allocations: z.array(z.strictObject({ quantity: text, tags })),
  billedAt: text,
  freeTrial: z.boolean(),
});

const call = z.strictObject({
  at: text,
  operation: z.enum(OPERATIONS),
  outcome: z.enum(['answered', 'dropped', ...SERVICE_ERROR_TYPES]),
  records: z.number(),
  productCodes: z.array(text),
});
const event = z.strictObject({
  version: z.literal('0'),
  id: text,
  'detail-type': text,
  source: z.literal('aws.agreement-marketplace'),
  account: text,
  time: text,
  region: z.literal('us-east-1'),
  resources: z.array(text),
  detail: z.record(text, z.unknown()),
});
const fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  operation: z.enum(OPERATIONS).optional(),
  next: z.number().optional(),
  rate: z.number().optional(),
  fraction: z.number().optional(),
});
const options = z.strictObject({
  sellerAccountId: text,
  tokenLifetimeMs: z.number(),
  tokenUse: z.enum(['repeatable', 'singleUse']),
  eventLicenseArn: z.enum(EVENT_LICENSE_ARNS),
  decimals: z.enum(DECIMALS),
  productCodeWithLicense: z.enum(PRODUCT_CODE_WITH_LICENSE),
});

const marketplace = z.strictObject({
  random: z.number(),
  deliveryRandom: z.number(),
  options,
  products: z.array(product),
  offers: z.array(offer),
  buyers: z.array(buyer),
  agreements: z.array(agreement),
  tokens: z.array(token),
  billed: z.array(billed),
  calls: z.array(call),
  events: z.array(z.strictObject({ sentAtMs: times, event })),
  notifications: z.array(
    z.strictObject({ sentAtMs: times, notification: z.strictObject({ topicArn: text, message: text }) }),
  ),
  faults: z.array(fault),
  delivery: z.strictObject({ duplicate: z.number(), reorder: z.number(), delayNextSeconds: z.number() }),
  held: z.array(
    z.strictObject({
      dueAtMs: z.number(),
      isOvertaken: z.boolean(),
      list: z.enum(['events', 'notifications']),
      index: z.number(),
    }),
  ),
});

/** Whether two types are identical: the same members, and each optional in both or in neither. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only while the schema has every field of the type: a field that it lacks would make files unreadable. */
function reads<Type>() {
  return <Schema extends z.ZodType>(schema: Same<z.output<Schema>, Type> extends true ? Schema : never): Schema =>
    schema;
}

export const savedState = reads<SavedState>()(
  z.strictObject({
    clock: z.strictObject({ runs: z.boolean(), ms: z.number() }),
    settings: z.strictObject({ registrationUrl: text.optional(), eventBridgeEndpoint: text.optional() }),
    marketplace,
  }),
);
