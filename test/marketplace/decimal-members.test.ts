import { afterEach, describe, expect, it } from 'vitest';
import { BatchMeterUsageCommand, ResolveCustomerCommand } from '@aws-sdk/client-marketplace-metering';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Allocation, MeteringRecord } from '../../lambdas/shared/domain/metering-record';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { MarketplaceCustomerResolver } from '../../lambdas/shared/marketplace/resolve-customer';
import { aSealedRecord } from '../builders/a-sealed-record';
import { aWire } from './a-wire';

const aDecimalRecord = (overrides: Partial<MeteringRecord> = {}) =>
  aSealedRecord({ form: 'decimal', quantity: '15.8', ...overrides }).record;

const batch = z.object({ UsageRecords: z.array(z.looseObject({})) });
const recordsIn = (body: string) => batch.parse(JSON.parse(body)).UsageRecords;
/** AWS that takes every record and repeats it. */
const echo = ({ body }: { body: string }) => ({
  body: {
    Results: recordsIn(body).map((UsageRecord) => ({ UsageRecord, MeteringRecordId: 'm-1', Status: 'Success' })),
    UnprocessedRecords: [],
  },
});

const withBody = z.looseObject({ body: z.instanceof(Uint8Array) });

let wire: Awaited<ReturnType<typeof aWire>> | undefined;

async function onWire(answer: Parameters<typeof aWire>[0]) {
  wire = await aWire(answer);
  return wire;
}

afterEach(async () => {
  await wire?.close();
  wire = undefined;
});

describe('decimal quantities on the wire', () => {
  it('sends a decimal record with decimal allocations only, and takes the equal echo for accepted', async () => {
    const { client, requests } = await onWire(echo);
    const allocations: Allocation[] = [
      { quantity: '10.5', tags: { Department: 'legal' } },
      { quantity: '5.3', tags: {} },
    ];
    const result = await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord({ allocations })]);
    expect(result).toEqual({ outcome: 'answered', records: [{ kind: 'accepted', meteringRecordId: 'm-1' }] });
    expect(recordsIn(requests[0]?.body ?? '')).toEqual([
      {
        Timestamp: 1_773_144_000,
        CustomerAWSAccountId: '111122223333',
        LicenseArn: expect.any(String),
        Dimension: 'events',
        QuantityAsDecimal: '15.8',
        UsageAllocations: [
          { AllocatedUsageQuantityAsDecimal: '10.5', Tags: [{ Key: 'Department', Value: 'legal' }] },
          { AllocatedUsageQuantityAsDecimal: '5.3' },
        ],
      },
    ]);
  });

  it('signs the body that it sends, and counts its bytes', async () => {
    const { client, requests } = await onWire(echo);
    await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord({ dimension: 'größe' })]);
    const [{ headers, body } = { headers: {}, body: '' }] = requests;
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(headers['authorization']).toContain('AWS4-HMAC-SHA256');
    expect(body).toContain('"QuantityAsDecimal":"15.8"');
  });

  it('sends a whole record as a number and with whole allocations only', async () => {
    const { client, requests } = await onWire(echo);
    const record = aSealedRecord({ allocations: [{ quantity: '7', tags: { Department: 'legal' } }] }).record;
    const result = await new AwsMeteringGateway(client).batchMeterUsage([record]);
    expect(result).toMatchObject({ records: [{ kind: 'accepted' }] });
    const [sent] = recordsIn(requests[0]?.body ?? '');
    expect(sent).toMatchObject({ Quantity: 7, UsageAllocations: [{ AllocatedUsageQuantity: 7 }] });
    expect(requests[0]?.body).not.toContain('AsDecimal');
  });

  it('writes no exponent, no leading zero and no seventh decimal', async () => {
    const { client, requests } = await onWire(echo);
    const quantities = ['0', '0.000001', '17', '9999999999.999999'];
    await new AwsMeteringGateway(client).batchMeterUsage(quantities.map((quantity) => aDecimalRecord({ quantity })));
    expect(recordsIn(requests[0]?.body ?? '').map(({ QuantityAsDecimal }) => QuantityAsDecimal)).toEqual(quantities);
  });

  it('notices an AWS that does not know decimals and bills 0', async () => {
    const { client } = await onWire((request) => {
      const { body } = echo(request);
      for (const { UsageRecord } of body.Results) delete UsageRecord['QuantityAsDecimal'];
      return { body };
    });
    const result = await new AwsMeteringGateway(client).batchMeterUsage([
      aDecimalRecord(),
      aDecimalRecord({ quantity: '0' }),
    ]);
    expect(result).toMatchObject({ records: [{ kind: 'echoDiffers', echoed: 'nothing' }, { kind: 'accepted' }] });
  });

  it('treats a call as unanswered when its answer breaks off', async () => {
    const { client } = await onWire(() => ({ body: 'no results' }));
    expect(await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord()])).toMatchObject({
      outcome: 'ambiguous',
    });
  });

  it('reads an answer that names no results, because AWS processed none of the records', async () => {
    const { client } = await onWire(({ body }) => ({ body: { UnprocessedRecords: recordsIn(body) } }));
    expect(await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord()])).toEqual({
      outcome: 'answered',
      records: [{ kind: 'unprocessed' }],
    });
  });

  it("never compares a record with another one's echo when the client leaves out a result", async () => {
    const { client } = await onWire(echo);
    client.middlewareStack.add(
      (next) => async (args) => {
        const { output, ...rest } = await next(args);
        return { ...rest, output: { ...output, Results: 'Results' in output ? output.Results?.slice(1) : [] } };
      },
      { step: 'initialize' },
    );
    const records = [aDecimalRecord(), aDecimalRecord({ quantity: '17' })];
    expect(await new AwsMeteringGateway(client).batchMeterUsage(records)).toMatchObject({ outcome: 'ambiguous' });
  });

  it('sends nothing when the client writes a request that cannot be rewritten, which AWS would bill as 0', async () => {
    const { client, requests } = await onWire(echo);
    // Another version of the client might write its body as text.
    client.middlewareStack.add(
      (next) => (args) => {
        const { body, ...rest } = withBody.parse(args.request);
        return next({ ...args, request: { ...rest, body: new TextDecoder().decode(body) } });
      },
      { step: 'build', priority: 'high' },
    );
    expect(await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord()])).toMatchObject({
      outcome: 'ambiguous',
    });
    expect(requests).toEqual([]);
  });

  it('reads the refusal of a call as before', async () => {
    const { client } = await onWire(() => ({ status: 400, body: { __type: 'InvalidTagException', message: 'no' } }));
    expect(await new AwsMeteringGateway(client).batchMeterUsage([aDecimalRecord()])).toEqual({
      outcome: 'refused',
      reason: 'InvalidTagException',
    });
  });
});

describe('the agreement of a registration', () => {
  const customer = { ProductCode: 'p', CustomerAWSAccountId: '111122223333', LicenseArn: 'arn' };

  it.each([
    [{ Metadata: { AgreementId: 'agmt-1' } }, 'agmt-1'],
    [{ Metadata: {} }, undefined],
    [{}, undefined],
  ])('reads the agreement id from %j', async (metadata, agreementId) => {
    const { client } = await onWire(() => ({ body: { ...customer, ...metadata } }));
    expect(await new MarketplaceCustomerResolver(client).resolve('token')).toMatchObject({
      outcome: 'resolved',
      customer: { productCode: 'p', agreementId },
    });
  });
});

describe('the pinned metering client', () => {
  it('still drops decimal quantities from requests and answers: when this fails, delete decimal-members.ts', async () => {
    const { client, requests } = await onWire((request) => {
      const { body } = echo(request);
      for (const { UsageRecord } of body.Results) UsageRecord['QuantityAsDecimal'] = '15.8';
      return { body };
    });
    const record = {
      Timestamp: new Date(0),
      Dimension: 'events',
      QuantityAsDecimal: '15.8',
      UsageAllocations: [{ AllocatedUsageQuantity: undefined, AllocatedUsageQuantityAsDecimal: '15.8' }],
    };
    const output = await client.send(new BatchMeterUsageCommand({ UsageRecords: [record] }));
    expect([requests[0]?.body, JSON.stringify(output.Results)].join()).not.toContain('AsDecimal');
  });

  it('still drops the agreement from a registration: when this fails, delete decimal-members.ts', async () => {
    const { client } = await onWire(() => ({ body: { ProductCode: 'p', Metadata: { AgreementId: 'agmt-1' } } }));
    const output = await client.send(new ResolveCustomerCommand({ RegistrationToken: 'token' }));
    expect(output).not.toHaveProperty('Metadata');
  });
});
