import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { buy, type Order } from '../buy';
import type { Marketplace } from '../marketplace';
import { ANNOUNCEMENT_KINDS } from '../rules/announcements';
import { DECIMALS } from '../rules/context';
import { LICENSE_ARN_SHAPES } from '../rules/license-arn';
import { SetupError } from '../rules/required';
import type { Agreement, Product } from '../rules/state';
import { agreementPage } from './agreement-page';
import { shopPage } from './buyer-page';
import { CONTENT_SECURITY_POLICY, problemPage } from './page';
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
    .pipe(z.int({ error: 'Enter days as a whole number.' }).min(0).optional()),
  units: units.default(100),
});
const announcement = z.object({ event: z.enum(ANNOUNCEMENT_KINDS) });
const amendment = z.object({ units });
const percent = z.coerce.number().int().min(0).max(100, 'Enter at most 100 percent.');
const delivery = z.object({
  duplicate: percent,
  reorder: percent,
  delayNextSeconds: z.coerce.number().min(0),
});
const decimalsForm = z.object({ decimals: z.enum(DECIMALS) });
const path = z.object({ agreementId: z.string() });

/** The pages for the buyer's part. They carry fresh tokens, so responses forbid caching. */
export function serveBuyerPages(app: FastifyInstance, { marketplace, clock, settings }: Simulator): void {
  app.get('/', (_request, reply) =>
    html(
      reply,
      shopPage({
        products: marketplace.products(),
        buyers: marketplace.buyers(),
        agreements: marketplace.agreements(),
        delivery: marketplace.delivery(),
        decimals: marketplace.decimals(),
      }),
    ),
  );
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
    return reply.redirect(`/buyer/agreements/${agreementId}`, 303);
  });
  app.get('/buyer/agreements/:agreementId', (request, reply) => {
    const agreement = marketplace.agreement(path.parse(request.params).agreementId);
    const product = marketplace.products().find(({ productCode }) => productCode === agreement.productCode);
    const buyer = marketplace.buyers().find(({ accountId }) => accountId === agreement.accountId);
    const [entitlement] = agreement.entitlements;
    return html(
      reply,
      agreementPage({
        agreement,
        productName: product?.name ?? agreement.productCode,
        registrationUrl: settings.registrationUrl,
        suspended: buyer?.suspended === true,
        ...(product && isContract(product) && { units: Number(Object.values(entitlement?.value ?? { none: 0 })[0]) }),
        ...(agreement.status === 'ACTIVE' && { issued: marketplace.issueToken(agreement.agreementId) }),
      }),
    );
  });
  serveChanges(app, marketplace);
  serveControls(app, marketplace);
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return html(reply.code(error.status), problemPage(error.message));
    if (!(error instanceof z.ZodError)) throw error;
    return html(reply.code(400), problemPage(error.issues.map(({ message }) => message).join(' ')));
  });
}

/** How AWS behaves. */
function serveControls(app: FastifyInstance, marketplace: Marketplace): void {
  app.post('/buyer/delivery', (request, reply) => {
    const { duplicate, reorder, delayNextSeconds } = delivery.parse(request.body ?? {});
    marketplace.setDelivery({ duplicate: duplicate / 100, reorder: reorder / 100, delayNextSeconds });
    return reply.redirect('/#delivery', 303);
  });
  app.post('/buyer/delivery/release', (_request, reply) => {
    marketplace.releaseEvents();
    return reply.redirect('/#delivery', 303);
  });
  app.post('/buyer/decimals', (request, reply) => {
    marketplace.setDecimals(decimalsForm.parse(request.body ?? {}).decimals);
    return reply.redirect('/#decimals', 303);
  });
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
      return reply.redirect(`/buyer/agreements/${agreementId}`, 303);
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

function html(reply: FastifyReply, body: string): FastifyReply {
  return reply
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(body);
}
