import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BatchMeterUsageCommand } from '@aws-sdk/client-marketplace-metering';
import { readFacts, type MemberFact, type MemberFacts } from '../../proofs/drift/aws-facts';
import { limits } from '../../proofs/drift/service-model';
import { inProcessMeteringClient } from '../../simulator';
import { describeAgreementRequest } from '../../simulator/operations/describe-agreement';
import { getEntitlementsRequest } from '../../simulator/operations/get-entitlements';
import { resolveCustomerRequest } from '../../simulator/operations/resolve-customer';
import { batchMeterUsageRequest } from '../../simulator/operations/usage-record';
import { ANNOUNCEMENT_KINDS } from '../../simulator/rules/announcements';
import { DECLARED_ERRORS } from '../../simulator/rules/declared-errors';
import { OPERATIONS, type Operation } from '../../simulator/rules/faults';
import { OPERATION_OF_TARGET } from '../../simulator/wire/aws-json';
import { aScene, answered, type Scene } from './a-marketplace';

const { operations, services, events } = readFacts();

const REQUESTS: Record<Operation, z.ZodType> = {
  ResolveCustomer: resolveCustomerRequest,
  BatchMeterUsage: batchMeterUsageRequest,
  GetEntitlements: getEntitlementsRequest,
  DescribeAgreement: describeAgreementRequest,
};

/** Members whose limits the simulator leaves to InvalidTagException, which AWS documents for them. */
const CHECKED_BY_RULE = /\.Tags(\[\]\.(Key|Value))?$/;

const jsonSchema = z.object({
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  pattern: z.string().optional(),
});

/** What a schema of the simulator takes, in the form of the facts. */
function membersOf(schema: unknown, path = ''): MemberFacts {
  const { properties, required, items } = jsonSchema.parse(schema);
  if (items !== undefined) return membersOf(items, `${path}[]`);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) => {
      const memberPath = path === '' ? name : `${path}.${name}`;
      return [[memberPath, factOf(member, required.includes(name))], ...Object.entries(membersOf(member, memberPath))];
    }),
  );
}

function factOf(schema: unknown, required: boolean): MemberFact {
  const { type = '', minimum, maximum, minLength, maxLength, minItems, maxItems, pattern } = jsonSchema.parse(schema);
  return {
    type,
    ...(required && { required: true as const }),
    ...limits({ min: minimum ?? minLength ?? minItems, max: maximum ?? maxLength ?? maxItems, pattern }),
  };
}

/** JSON has one type for texts, for numbers and for what has members. */
const JSON_TYPES: Record<string, string> = { list: 'array', map: 'object', structure: 'object', timestamp: 'number' };

function ofModel(members: MemberFacts): MemberFacts {
  return Object.fromEntries(
    Object.entries(members).map(([path, { deprecatedSince: _, type, ...fact }]) => [
      path,
      CHECKED_BY_RULE.test(path)
        ? { type: JSON_TYPES[type] ?? type, ...(fact.required && { required: true as const }) }
        : { type: JSON_TYPES[type] ?? type, ...fact },
    ]),
  );
}

describe.each(OPERATIONS)("the simulator's %s", (operation) => {
  it('takes the members of the model, within the limits of the model', () => {
    const schema = z.toJSONSchema(REQUESTS[operation], { io: 'input' });

    expect(membersOf(schema)).toEqual(ofModel(operations[operation]?.input ?? {}));
  });

  it('declares the errors of the model', () => {
    expect([...DECLARED_ERRORS[operation]].sort()).toEqual(operations[operation]?.errors);
  });

  it('answers to the target of the model', () => {
    const { targetPrefix } = services[operations[operation]?.service ?? ''] ?? {};

    expect(OPERATION_OF_TARGET.get(`${targetPrefix}.${operation}`)).toBe(operation);
  });

  it('answers only with members of the model', () => {
    const known = Object.keys(operations[operation]?.output ?? {});
    const sent = pathsOf(exampleOf(operation));

    expect(sent.length).toBeGreaterThan(2);
    expect(sent.filter((path) => !known.includes(path))).toEqual([]);
  });
});

/** An answer with as many members as the simulator can give. */
function exampleOf(operation: Operation): object {
  const scene = aScene({
    product: { identityMode: 'legacy', pricingModel: 'contract' },
    purchase: {
      entitlements: [{ dimension: 'storage', value: { IntegerValue: 1 } }],
      endsAtMs: Date.UTC(2027, 0),
      autoRenew: true,
    },
  });
  const { marketplace, agreement, aRecord } = scene;
  const UsageAllocations = [{ AllocatedUsageQuantityAsDecimal: '1.5', Tags: [{ Key: 'a', Value: 'b' }] }];
  const record = aRecord({ Quantity: undefined, QuantityAsDecimal: '1.5', UsageAllocations });
  const inputs: Record<Operation, object> = {
    ResolveCustomer: { RegistrationToken: marketplace.issueToken(agreement.agreementId).token },
    BatchMeterUsage: { UsageRecords: [record, aRecord({ Dimension: 'storage' })] },
    GetEntitlements: { ProductCode: 'analytics', MaxResults: 1 },
    DescribeAgreement: { agreementId: agreement.agreementId },
  };
  marketplace.plantFault({ kind: 'unprocessed', next: 1, fraction: 0 });
  return answered(marketplace, operation, inputs[operation]);
}

/** The paths of the members of a value. */
function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => pathsOf(item, `${path}[]`)))];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const memberPath = path === '' ? name : `${path}.${name}`;
    return [memberPath, ...pathsOf(member, memberPath)];
  });
}

it('publishes every event of the facts, and no other', () => {
  const published = (scene: Scene) => {
    const { marketplace, agreement, events: sent } = scene;
    for (const kind of ANNOUNCEMENT_KINDS) marketplace.announce(agreement.agreementId, kind);
    marketplace.changeEntitlements(agreement.agreementId, []);
    const partner = { productCode: 'analytics', name: 'Resale', channelPartnerAccountId: '777788889999' };
    const { offerId } = marketplace.addOffer(partner);
    const resold = marketplace.subscribe({ accountId: marketplace.addBuyer().accountId, offerId });
    marketplace.changeEntitlements(resold.agreementId, []);
    for (const { agreementId } of [agreement, resold]) {
      marketplace.endAgreement(agreementId);
      marketplace.deprovision(agreementId);
    }
    return new Set(sent.map((event) => event['detail-type']));
  };
  const scene = aScene({ purchase: { endsAtMs: Date.UTC(2027, 0) } });

  expect([...published(scene)].sort()).toEqual(events.map(({ detailType }) => detailType).sort());
});

it('never sees a decimal quantity that the pinned JavaScript client drops', async () => {
  const { marketplace, aRecord, clock } = aScene();
  const record = { ...aRecord(), Dimension: 'requests', Timestamp: new Date(clock.now()), Quantity: undefined };
  const decimal = { ...record, QuantityAsDecimal: '17.42' };

  const client = inProcessMeteringClient(marketplace);
  const { Results } = await client.send(new BatchMeterUsageCommand({ UsageRecords: [decimal] }));

  expect(Results?.[0]?.Status).toBe('Success');
  expect(marketplace.ledger().map(({ quantity }) => quantity)).toEqual(['0']);
});
