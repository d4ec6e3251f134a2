import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';
import { DynamoDbSubscriptionUsageReader } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbSubscriptions } from '../../lambdas/shared/stores/subscriptions-dynamodb';
import type { Agreement } from '../../local/marketplace/rules/state';
import { parseMappingFile } from '../../ops/moving/mapping-file';
import { moveCustomers } from '../../ops/moving/move-customers';
import { documentClient as client } from '../setup/tables';
import { RunningStack } from './a-running-stack';

const OLDER = 'flow-older';
const OLDER_CONTRACT = 'flow-older-contract';
const dimensions = ['events', 'exports'].map((apiName) => ({ apiName, unit: 'unit' }));
const configuration: SellerConfigurationInput = {
  products: [
    { productCode: OLDER, name: 'Older', identityMode: 'legacy', pricingModel: 'subscription', dimensions },
    { productCode: OLDER_CONTRACT, name: 'Contract', identityMode: 'legacy', pricingModel: 'contract', dimensions },
  ],
  support: { email: 'support@example.com' },
};

let running: RunningStack;

beforeAll(async () => {
  running = await RunningStack.start({ now: '2026-07-14T09:20:00Z', configuration });
}, 60_000);

afterAll(async () => {
  await running.stop();
});

/** What `ops move` does with the mapping of these customers. */
async function move(...agreements: Agreement[]): Promise<string[]> {
  const { stack, marketplace, clock } = running;
  const identifiers = new Map(marketplace.marketplace.buyers().map((buyer) => [buyer.accountId, buyer]));
  const rows = agreements.map(
    ({ accountId, licenseArn }) => `${identifiers.get(accountId)?.customerIdentifier},${accountId},${licenseArn}`,
  );
  const mappings = parseMappingFile(['customerIdentifier,customerAWSAccountId,licenseArn', ...rows].join('\n'));
  const deps = {
    products: parseSellerConfiguration(configuration).products,
    subscriptions: new DynamoDbSubscriptions(client, {
      subscriptions: stack.table('Subscriptions/Table'),
      notices: stack.table('Notices/Table'),
    }),
    usage: new DynamoDbSubscriptionUsageReader({ client, tableName: stack.table('HourlyUsage') }),
    clock,
  };
  const outcomes: string[] = [];
  for await (const moved of moveCustomers(mappings, { apply: true }, deps)) {
    outcomes.push(moved.outcome === 'refused' ? moved.reason : `${moved.outcome} ${moved.licenseFrom}`);
  }
  await running.settled();
  return outcomes;
}

/** Hour of the day, dimension, form and quantity of each line of AWS's ledger. */
const billed = (agreement: Agreement) =>
  running
    .ledgerOf(agreement)
    .map(({ hour, dimension, form, quantity }) => `${hour.slice(11, 13)} ${dimension} ${form} ${quantity}`)
    .sort();

describe('a customer of an older product who moves to a licence', () => {
  it('is billed for every unit once: before the move, after it, and late', async () => {
    const agreement = running.subscribe(OLDER);
    const other = running.subscribe(OLDER);
    const subscriptionId = await running.register(agreement);
    const otherId = await running.register(other);
    const use = async (id: string, usage: object) => {
      const answers = await running.report([{ id, subscriptionId, ...usage }]);
      expect(answers.map(({ status }) => status)).toEqual(['accepted']);
    };
    await use('before', { quantity: '3.5' });
    await running.stack.runHour();
    expect(billed(agreement)).toEqual(['09 events product 3']);
    // It is 10:05.
    await expect(move(agreement)).resolves.toEqual(['moved 2026-07-14T12']);
    await use('between', { quantity: 4 });
    await running.stack.runHour();
    await use('last', { quantity: 5 });
    await running.report([{ id: 'other', subscriptionId: otherId, quantity: 6 }]);
    await running.stack.runHour();
    expect(billed(agreement)).toEqual(['09 events product 3', '10 events product 4', '11 events product 5']);
    // It is 12:05: usage of a sealed hour goes to the running one, that of an hour that nobody used keeps its own.
    await use('late', { quantity: 7, time: '2026-07-14T11:30:00Z' });
    await use('later', { quantity: 8, time: '2026-07-14T10:30:00Z', dimension: 'exports' });
    await use('after', { quantity: '0.5' });
    await running.stack.runHour();
    await use('long after', { quantity: 9 });
    await running.report([{ id: 'other too', subscriptionId: otherId, quantity: 1 }]);
    await running.stack.runHour();
    expect(billed(agreement)).toEqual([
      '09 events product 3',
      '10 events product 4',
      '10 exports product 8',
      '11 events product 5',
      '12 events license 8',
      '13 events license 9',
    ]);
    expect(billed(other)).toEqual(['11 events product 6', '13 events product 1']);
    expect(running.marketplace.marketplace.doubleBillings()).toEqual([]);
  });

  it('is not moved twice, nor to the licence of another, and is one subscription whatever AWS sends', async () => {
    const [agreement, other] = [running.subscribe(OLDER), running.subscribe(OLDER)];
    const subscriptionId = await running.register(agreement);
    await running.register(other);
    const first = await move(agreement);
    running.clock.advance(30 * 60_000);
    await expect(move(agreement)).resolves.toEqual(first.map((text) => text.replace('moved', 'alreadyMoved')));
    await expect(move({ ...other, licenseArn: agreement.licenseArn })).resolves.toEqual(['licenseTaken']);
    await expect(move({ ...other, accountId: agreement.accountId })).resolves.toEqual(['movedToAnotherLicense']);
    const { marketplace } = running.marketplace;
    await expect(running.register(agreement)).resolves.toBe(subscriptionId);
    marketplace.endAgreement(agreement.agreementId, { deprovisionAfterSeconds: 5 });
    running.clock.advance(10_000);
    await running.settled();
    const known = await running.ask(`/subscriptions?customerAWSAccountId=${agreement.accountId}`);
    const { customerIdentifier } = marketplace.buyers().find((buyer) => buyer.accountId === agreement.accountId) ?? {};
    const { licenseArn } = agreement;
    const moved = { subscriptionId, licenseArn, customerIdentifier, licenseFrom: first[0]?.slice('moved '.length) };
    expect(known).toMatchObject({ subscriptions: [{ ...moved, state: 'ending' }] });
    await expect(move(agreement)).resolves.toEqual([expect.stringContaining('alreadyMoved')]);
  });

  it('has its entitlements read after the switch, too', async () => {
    const { marketplace } = running.marketplace;
    const value = { IntegerValue: 4 };
    const { offerId } = marketplace.publicOffer(OLDER_CONTRACT);
    const { accountId } = marketplace.addBuyer();
    const agreement = marketplace.subscribe({
      ...{ accountId, offerId, entitlements: [{ dimension: 'events', value }] },
    });
    const subscriptionId = await running.register(agreement);
    await move(agreement);
    running.clock.advance(3 * 3_600_000);
    marketplace.changeEntitlements(agreement.agreementId, [{ dimension: 'events', value: { IntegerValue: 9 } }]);
    await running.settled();
    await expect(running.ask(`/subscriptions/${subscriptionId}`)).resolves.toMatchObject({
      entitlements: { list: [{ dimension: 'events', value: '9' }] },
    });
  });

  it('leaves nothing failed behind', () => {
    expect(running.stack.failures()).toEqual([]);
  });
});
