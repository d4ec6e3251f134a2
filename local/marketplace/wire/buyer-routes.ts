import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { SetupError } from '../rules/required';
import type { Product } from '../rules/state';
import { agreementPage, CONTENT_SECURITY_POLICY, problemPage, shopPage } from './buyer-page';
import { buy, type Order, type Simulator } from './simulator';

/** A text field left empty is not there. */
const optionalText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();
const order = z.object({
  productCode: z.string({ error: 'Choose a product.' }),
  accountId: optionalText.pipe(
    z
      .string()
      .regex(/^\d{12}$/, 'An AWS account id has twelve digits.')
      .optional(),
  ),
  freeTrial: z.literal('yes').optional(),
  units: z.coerce.number({ error: 'Units are a whole number.' }).int().min(0).default(100),
});
const path = z.object({ agreementId: z.string() });

/** The page to play the buyer on. Pages carry fresh tokens, so nothing may keep them. */
export function serveBuyerPages(app: FastifyInstance, { marketplace, clock, settings }: Simulator): void {
  app.get('/', (_request, reply) =>
    html(
      reply,
      shopPage({
        products: marketplace.products(),
        buyers: marketplace.buyers(),
        agreements: marketplace.agreements(),
      }),
    ),
  );
  app.post('/buyer/subscribe', (request, reply) => {
    const { freeTrial, units, ...wanted } = order.parse(request.body ?? {});
    const product = marketplace.products().find(({ productCode }) => productCode === wanted.productCode);
    const { agreementId } = buy(marketplace, {
      ...wanted,
      freeTrial: freeTrial === 'yes',
      ...(product !== undefined && product.pricingModel !== 'subscription' && aYearOf(product, units, clock.now())),
    });
    return reply.redirect(`/buyer/agreements/${agreementId}`, 303);
  });
  app.get('/buyer/agreements/:agreementId', (request, reply) => {
    const agreement = marketplace.agreement(path.parse(request.params).agreementId);
    const product = marketplace.products().find(({ productCode }) => productCode === agreement.productCode);
    return html(
      reply,
      agreementPage({
        agreement,
        productName: product?.name ?? agreement.productCode,
        registrationUrl: settings.registrationUrl,
        ...(agreement.status === 'ACTIVE' && { issued: marketplace.issueToken(agreement.agreementId) }),
      }),
    );
  });
  app.post('/buyer/agreements/:agreementId/cancel', (request, reply) => {
    const { agreementId } = marketplace.endAgreement(path.parse(request.params).agreementId);
    return reply.redirect(`/buyer/agreements/${agreementId}`, 303);
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof SetupError) return html(reply.code(error.status), problemPage(error.message));
    if (!(error instanceof z.ZodError)) throw error;
    return html(reply.code(400), problemPage(error.issues.map(({ message }) => message).join(' ')));
  });
}

const YEAR_MS = 365 * 24 * 3_600_000;

/** The contract a buyer makes on the page: so many units of every dimension. */
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
