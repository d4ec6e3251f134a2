import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsClient } from 'aws4fetch';
import { startMarketplace, type RunningMarketplace } from '../../../simulator';

let running: RunningMarketplace;
const aws = new AwsClient({
  accessKeyId: 'test',
  secretAccessKey: 'test',
  service: 'aws-marketplace',
  region: 'us-east-1',
  retries: 0,
});

beforeAll(async () => {
  running = await startMarketplace({
    registrationUrl: 'https://seller.example/register',
    products: [
      {
        productCode: 'metered',
        productId: 'prod-metered',
        name: 'Metered',
        identityMode: 'license',
        pricingModel: 'subscription',
        dimensions: [{ apiName: 'events' }],
      },
      {
        productCode: 'netted',
        name: 'Netted',
        identityMode: 'license',
        pricingModel: 'contractWithConsumption',
        dimensions: [
          { apiName: 'events', coveredBy: 'included' },
          { apiName: 'included', coveredBy: null },
          { apiName: 'seats', coveredBy: 'seats' },
          { apiName: 'storage', coveredBy: null },
        ],
      },
    ],
  });
});
afterAll(() => running.stop());

const describeEntity = (entityId: string) =>
  aws.fetch(`${running.endpoint}/DescribeEntity?catalog=AWSMarketplace&entityId=${entityId}`);
const listEntities = (input: object) =>
  aws.fetch(`${running.endpoint}/ListEntities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });

const answerOf = async (answer: Promise<Response>) => JSON.parse(await (await answer).text());

describe('the Catalog API', () => {
  it('describes a product as a listing: its code, its dimensions with types, its fulfilment URL', async () => {
    const entity = await answerOf(describeEntity('prod-metered'));
    expect(entity).toMatchObject({
      EntityType: 'SaaSProduct@1.0',
      EntityIdentifier: 'prod-metered@1',
      EntityArn: 'arn:aws:aws-marketplace:us-east-1:999999999999:AWSMarketplace/SaaSProduct/prod-metered',
      DetailsDocument: {
        Description: { ProductTitle: 'Metered', ProductCode: 'metered' },
        Dimensions: [{ Key: 'events', Types: ['ExternallyMetered'] }],
        Versions: [{ DeliveryOptions: [{ FulfillmentUrl: 'https://seller.example/register' }] }],
      },
    });
    expect(JSON.parse(entity.Details)).toEqual(entity.DetailsDocument);
  });

  it('lists products in pages, and says which dimensions a contract entitles to and which are metered', async () => {
    const asked = { Catalog: 'AWSMarketplace', EntityType: 'SaaSProduct', MaxResults: 1 };
    const first = await answerOf(listEntities(asked));
    expect(first.EntitySummaryList).toMatchObject([{ EntityId: 'prod-metered', Name: 'Metered' }]);
    const second = await answerOf(listEntities({ ...asked, NextToken: first.NextToken }));
    expect(second.NextToken).toBeUndefined();
    const { DetailsDocument } = await answerOf(describeEntity(second.EntitySummaryList[0].EntityId));
    const types = DetailsDocument.Dimensions.map(({ Key, Types }: { Key: string; Types: string[] }) => [Key, Types]);
    expect(Object.fromEntries(types)).toEqual({
      events: ['ExternallyMetered'],
      included: ['Entitled'],
      seats: ['Entitled', 'ExternallyMetered'],
      storage: ['ExternallyMetered'],
    });
  });

  it.each([
    ['an unknown product', () => describeEntity('prod-unknown'), [404, 'ResourceNotFoundException']],
    ['a malformed id', () => describeEntity('a%20b'), [422, 'ValidationException']],
    ['a list without a type', () => listEntities({ Catalog: 'AWSMarketplace' }), [422, 'ValidationException']],
    ['an unsigned call', () => fetch(`${running.endpoint}/DescribeEntity`), [403, 'MissingAuthenticationToken']],
  ])('refuses %s', async (_what, ask, refusal) => {
    const answer = await ask();
    expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual(refusal);
    expect(await answer.json()).toMatchObject({ Message: expect.any(String) });
  });
});
