import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { buy, startMarketplace, type RunningMarketplace } from '../../../simulator';
import { aProduct } from '../a-marketplace';
import { startServer } from '../a-server';

const putEvents = z.object({
  Entries: z.array(
    z.object({
      Source: z.string(),
      DetailType: z.string(),
      Time: z.number(),
      Resources: z.array(z.string()),
      Detail: z.string(),
    }),
  ),
});

let bus: Awaited<ReturnType<typeof startServer>>;
let delivered: z.infer<typeof putEvents>['Entries'];
let failures: string[];
let running: RunningMarketplace;
let refusing: boolean;

beforeEach(async () => {
  [delivered, failures, refusing] = [[], [], false];
  bus = await startServer((body, { request, response }) => {
    expect(request.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
    if (!refusing) delivered.push(...putEvents.parse(JSON.parse(body)).Entries);
    const answer = refusing
      ? { FailedEntryCount: 1, Entries: [{ ErrorMessage: 'bus is full' }] }
      : { FailedEntryCount: 0 };
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer));
  });
  running = await startMarketplace({ onFailure: (message) => void failures.push(message) });
  running.marketplace.addProduct(aProduct());
});
afterEach(async () => {
  await running.stop();
  await bus.stop();
});

it('sends events in order to an event bus that is set later', async () => {
  buy(running.marketplace, { productCode: 'analytics' });
  running.setEventBridgeEndpoint(bus.endpoint);
  const { agreementId } = buy(running.marketplace, { productCode: 'analytics' });

  running.marketplace.endAgreement(agreementId, { deprovisionAfterSeconds: 0 });
  await running.settled();

  expect(delivered.map(({ DetailType }) => DetailType)).toEqual([
    'Purchase Agreement Created - Proposer',
    'License Updated - Manufacturer',
    'Purchase Agreement Ended - Proposer',
    'License Deprovisioned - Manufacturer',
  ]);
  const [, , , last] = delivered;
  const event = running.marketplace.events().at(-1);
  expect(last).toMatchObject({
    Source: 'aws.agreement-marketplace',
    Resources: [`arn:aws:aws-marketplace::aws:agreement:${agreementId}`],
    Time: Date.parse(event?.time ?? '') / 1000,
  });
  expect(JSON.parse(last?.Detail ?? '')).toEqual(event?.detail);
  expect(failures).toEqual([]);
});

it('delivers pending events before it stops', async () => {
  running.setEventBridgeEndpoint(bus.endpoint);
  buy(running.marketplace, { productCode: 'analytics' });

  await running.stop();

  expect(delivered).toHaveLength(2);
});

it('reports an event that cannot be delivered and continues with the next', async () => {
  refusing = true;
  running.setEventBridgeEndpoint(bus.endpoint);
  buy(running.marketplace, { productCode: 'analytics', activationDelaySeconds: 999 });
  await running.settled();
  expect(failures).toEqual(['The event "Purchase Agreement Created - Proposer" could not be delivered: bus is full']);

  refusing = false;
  buy(running.marketplace, { productCode: 'analytics' });
  await running.settled();

  expect(delivered).toHaveLength(2);
});
