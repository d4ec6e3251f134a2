import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { buy } from '../buy';
import {
  accountId,
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
import { ANNOUNCEMENT_KINDS } from '../rules/announcements';
import { DECIMALS, EVENT_LICENSE_ARNS, PRODUCT_CODE_WITH_LICENSE } from '../rules/context';
import { OPERATIONS } from '../rules/faults';
import type { Simulator } from './simulator';

const newOffer = exactly({
  productCode: z.string(),
  name: shownName,
  freeTrial: z.boolean().optional(),
  buyerAccountId: accountId.optional(),
  startsAt: time.optional(),
  channelPartnerAccountId: accountId.optional(),
});
const newBuyer = exactly({ accountId: accountId.optional(), name: shownName.optional() });
const newAgreement = exactly({
  productCode: z.string().optional(),
  offerId: z.string().optional(),
  accountId: accountId.optional(),
  freeTrial: z.boolean().optional(),
  entitlements: entitlements.optional(),
  endsAt: time.optional(),
  trialEndsAt: time.optional(),
  autoRenew: z.boolean().optional(),
  licenseArnShape: licenseArnShape.optional(),
  activationDelaySeconds: seconds.optional(),
  fails: z.boolean().optional(),
}).refine(({ productCode, offerId }) => (productCode === undefined) !== (offerId === undefined), {
  message: 'give either productCode or offerId',
});
const end = exactly({
  status: z.enum(['CANCELLED', 'EXPIRED', 'TERMINATED']).optional(),
  deprovisionAfterSeconds: seconds.optional(),
});
const renewal = exactly({
  as: z.enum(['RENEWED', 'REPLACED']).optional(),
  endsAt: time.optional(),
  entitlements: entitlements.optional(),
  newLicense: z.boolean().optional(),
  licenseArnShape: licenseArnShape.optional(),
});
const announcement = exactly({ event: z.enum(ANNOUNCEMENT_KINDS) });
const settings = exactly({
  registrationUrl: url.optional(),
  eventBridgeEndpoint: url.optional(),
  eventLicenseArn: z.enum(EVENT_LICENSE_ARNS).optional(),
  decimals: z.enum(DECIMALS).optional(),
  productCodeWithLicense: z.enum(PRODUCT_CODE_WITH_LICENSE).optional(),
});

const usageMonth = exactly({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'give a month such as 2026-11')
    .optional(),
});
const agreementPath = z.object({ agreementId: z.string() });
const agreementIn = (request: FastifyRequest) => agreementPath.parse(request.params).agreementId;

/** The simulator's own JSON API. It stands in for AWS's consoles, and controls time, faults and delivery. */
export function serveAdminApi(app: FastifyInstance, simulator: Simulator): void {
  serveCatalog(app, simulator);
  serveAgreements(app, simulator);
  serveControls(app, simulator);
  serveRecords(app, simulator);
}

function serveCatalog(app: FastifyInstance, { marketplace }: Simulator): void {
  app.get('/products', () => marketplace.products());
  app.post('/products', (request, reply) =>
    reply.code(201).send(marketplace.addProduct(newProduct.parse(request.body))),
  );
  app.get('/offers', () => marketplace.offers());
  app.post('/offers', (request, reply) => {
    const { startsAt: startsAtMs, ...offer } = newOffer.parse(request.body);
    return reply.code(201).send(marketplace.addOffer({ ...offer, ...(startsAtMs !== undefined && { startsAtMs }) }));
  });
  app.get('/buyers', () => marketplace.buyers());
  app.post('/buyers', (request, reply) =>
    reply.code(201).send(marketplace.addBuyer(newBuyer.parse(request.body ?? {}))),
  );
  app.patch('/buyers/:accountId', (request) => {
    const { accountId: id } = z.object({ accountId }).parse(request.params);
    return marketplace.suspendBuyer(id, exactly({ suspended: z.boolean() }).parse(request.body).suspended);
  });
}

function serveAgreements(app: FastifyInstance, { marketplace }: Simulator): void {
  app.get('/agreements', () => marketplace.agreements());
  app.post('/agreements', (request, reply) => {
    const { endsAt: endsAtMs, trialEndsAt: trialEndsAtMs, ...purchase } = newAgreement.parse(request.body);
    return reply.code(201).send(buy(marketplace, { ...purchase, endsAtMs, trialEndsAtMs }));
  });
  app.get('/agreements/:agreementId', (request) => marketplace.agreement(agreementIn(request)));
  app.post('/agreements/:agreementId/token', (request, reply) =>
    reply.code(201).send(marketplace.issueToken(agreementIn(request))),
  );
  app.post('/agreements/:agreementId/end', (request) =>
    marketplace.endAgreement(agreementIn(request), end.parse(request.body ?? {})),
  );
  app.post('/agreements/:agreementId/renew', (request, reply) => {
    const { endsAt: endsAtMs, ...terms } = renewal.parse(request.body ?? {});
    return reply.code(201).send(marketplace.renew(agreementIn(request), { ...terms, endsAtMs }));
  });
  app.post('/agreements/:agreementId/announce', (request) =>
    marketplace.announce(agreementIn(request), announcement.parse(request.body).event),
  );
  app.post('/agreements/:agreementId/deprovision', (request) => marketplace.deprovision(agreementIn(request)));
  app.put('/agreements/:agreementId/entitlements', (request) =>
    marketplace.changeEntitlements(agreementIn(request), entitlements.parse(request.body)),
  );
}

function serveControls(app: FastifyInstance, simulator: Simulator): void {
  const { marketplace, clock, settings: current } = simulator;
  const now = () => ({ now: new Date(clock.now()).toISOString() });
  app.get('/clock', now);
  app.put('/clock', (request) => {
    clock.set(exactly({ now: time }).parse(request.body).now);
    marketplace.runDue();
    return now();
  });
  app.post('/clock/advance', (request) => {
    clock.advance(exactly({ seconds: z.number() }).parse(request.body).seconds * 1000);
    marketplace.runDue();
    return now();
  });
  app.get('/faults', () => marketplace.faults());
  app.post('/faults', (request, reply) => {
    marketplace.plantFault(fault.parse(request.body));
    return reply.code(201).send(marketplace.faults());
  });
  app.delete('/faults', () => {
    marketplace.clearFaults();
    return marketplace.faults();
  });
  app.get('/delivery', () => marketplace.delivery());
  app.put('/delivery', (request) => {
    marketplace.setDelivery(delivery.parse(request.body));
    return marketplace.delivery();
  });
  app.post('/delivery/release', () => {
    marketplace.releaseEvents();
    return marketplace.delivery();
  });
  const shown = () => ({
    ...current,
    eventLicenseArn: marketplace.eventLicenseArn(),
    decimals: marketplace.decimals(),
    productCodeWithLicense: marketplace.productCodeWithLicense(),
  });
  app.get('/settings', shown);
  app.put('/settings', (request) => {
    const { registrationUrl, eventBridgeEndpoint, eventLicenseArn, decimals, productCodeWithLicense } = settings.parse(
      request.body,
    );
    if (eventLicenseArn !== undefined) marketplace.setEventLicenseArn(eventLicenseArn);
    if (decimals !== undefined) marketplace.setDecimals(decimals);
    if (productCodeWithLicense !== undefined) marketplace.setProductCodeWithLicense(productCodeWithLicense);
    if (registrationUrl !== undefined) simulator.setRegistrationUrl(registrationUrl);
    if (eventBridgeEndpoint !== undefined) simulator.setEventBridgeEndpoint(eventBridgeEndpoint);
    return shown();
  });
}

function serveRecords(app: FastifyInstance, { marketplace, trail }: Simulator): void {
  app.get('/ledger', () => ({
    records: marketplace.ledger(),
    doubleBillings: marketplace.doubleBillings(),
    totals: marketplace.ledgerTotals(),
  }));
  app.get('/daily-usage', (request, reply) => {
    const { month } = usageMonth.parse(request.query);
    return reply.type('text/csv; charset=utf-8').send(marketplace.dailyUsage(month));
  });
  app.get('/calls', () => ({
    statistics: Object.fromEntries(OPERATIONS.map((operation) => [operation, marketplace.callStatistics(operation)])),
    calls: marketplace.calls(),
  }));
  app.get('/events', () => marketplace.events());
  app.get('/notifications', () => marketplace.notifications());
  app.get('/cloudtrail', () => ({ Records: trail.records }));
}
