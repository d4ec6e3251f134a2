import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { buy, type Order } from '../buy';
import { days } from '../inputs';
import type { Marketplace } from '../marketplace';
import { agreementPath } from '../pages/words';
import { ANNOUNCEMENT_KINDS } from '../rules/announcements';
import { LICENSE_ARN_SHAPES } from '../rules/license-arn';
import type { Agreement, Product } from '../rules/state';
import type { Simulator } from './simulator';

/** An empty text field counts as absent. */
const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();
const units = z.coerce.number({ error: 'Enter units as a whole number.' }).int().min(0);
const order = z.object({
  productCode: z.string({ error: 'Choose a product.' }),
  accountId: optionalText.pipe(
    z
      .string()
      .regex(/^\d{12}$/, 'Enter an AWS account id of twelve digits.')
      .optional(),
  ),
  freeTrial: z.literal('yes').optional(),
  fails: z.literal('yes').optional(),
  autoRenew: z.literal('yes').optional(),
  licenseArnShape: z.enum(LICENSE_ARN_SHAPES).optional(),
  startsInDays: optionalText
    .transform((text) => (text === undefined ? undefined : Number(text)))
    .pipe(days.int({ error: 'Enter days as a whole number.' }).optional()),
  units: units.default(100),
});
const announcement = z.object({ event: z.enum(ANNOUNCEMENT_KINDS) });
const amendment = z.object({ units });
const path = z.object({ agreementId: z.string() });

/** What the buyer does in the storefront and on the page of an agreement. */
export function serveBuyerForms(app: FastifyInstance, { marketplace, clock }: Simulator): void {
  app.post('/buyer/subscribe', (request, reply) => {
    const { fails, units, startsInDays, productCode, licenseArnShape, ...wanted } = order.parse(request.body ?? {});
    const product = marketplace.products().find((each) => each.productCode === productCode);
    const freeTrial = wanted.freeTrial === 'yes';
    const startsAtMs = startsInDays === undefined ? undefined : clock.now() + startsInDays * DAY_MS;
    const accountId = wanted.accountId ?? marketplace.addBuyer().accountId;
    const privateOffer = { productCode, freeTrial, startsAtMs, buyerAccountId: accountId, name: 'Private offer' };
    const { agreementId } = buy(marketplace, {
      productCode,
      freeTrial,
      offerId: startsAtMs === undefined ? undefined : marketplace.addOffer(privateOffer).offerId,
      accountId,
      fails: fails === 'yes',
      licenseArnShape,
      ...(product &&
        isContract(product) && {
          ...aYearOf(product, units, startsAtMs ?? clock.now()),
          autoRenew: wanted.autoRenew === 'yes',
        }),
    });
    return reply.redirect(agreementPath(agreementId), 303);
  });
  serveChanges(app, marketplace);
}

/** One action per last part of the path. Each returns the agreement to show next. */
function serveChanges(app: FastifyInstance, marketplace: Marketplace): void {
  const changes: Record<string, (agreement: Agreement, body: unknown) => Agreement> = {
    cancel: ({ agreementId }) => marketplace.endAgreement(agreementId),
    renew: ({ agreementId, endsAtMs }) => marketplace.renew(agreementId, { endsAtMs: endsAtMs && endsAtMs + YEAR_MS }),
    'renew-with-new-license': ({ agreementId, endsAtMs }) =>
      marketplace.renew(agreementId, { endsAtMs: endsAtMs && endsAtMs + YEAR_MS, newLicense: true }),
    replace: ({ agreementId, endsAtMs }) => marketplace.renew(agreementId, { as: 'REPLACED', endsAtMs }),
    amend: ({ agreementId, productCode }, body) => {
      const product = marketplace.products().find((each) => each.productCode === productCode);
      const { entitlements = [] } = product ? aYearOf(product, amendment.parse(body ?? {}).units, 0) : {};
      return marketplace.changeEntitlements(agreementId, entitlements);
    },
    announce: ({ agreementId }, body) => marketplace.announce(agreementId, announcement.parse(body ?? {}).event),
    suspend: (agreement) => suspend(marketplace, agreement, true),
    reinstate: (agreement) => suspend(marketplace, agreement, false),
    again: ({ productCode, accountId, freeTrial, entitlements }) =>
      buy(marketplace, { productCode, accountId, freeTrial, entitlements }),
  };
  for (const [name, change] of Object.entries(changes)) {
    app.post(`/buyer/agreements/:agreementId/${name}`, (request, reply) => {
      const agreement = marketplace.agreement(path.parse(request.params).agreementId);
      const { agreementId } = change(agreement, request.body);
      return reply.redirect(agreementPath(agreementId), 303);
    });
  }
}

function suspend(marketplace: Marketplace, agreement: Agreement, suspended: boolean): Agreement {
  marketplace.suspendBuyer(agreement.accountId, suspended);
  return agreement;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;

const isContract = ({ pricingModel }: Product) => pricingModel !== 'subscription';

/** A contract for one year with the same units of every dimension. */
function aYearOf({ dimensions }: Product, units: number, nowMs: number): Pick<Order, 'entitlements' | 'endsAtMs'> {
  return {
    entitlements: dimensions.map((dimension) => ({ dimension, value: { IntegerValue: units } })),
    endsAtMs: Math.floor((nowMs + YEAR_MS) / 1000) * 1000,
  };
}
