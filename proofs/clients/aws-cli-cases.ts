import { deepEqual, rejects } from 'node:assert/strict';
import type { Agreement } from '../../simulator';
import type { Cases } from './boto3-cases';
import { DIMENSION, LICENSE_PRODUCT, type RealClients } from './real-clients';

const tag = (Key: string, Value: string) => ({ Key, Value });

/** Meters with the AWS CLI. @returns the status and the quantities of the answer. */
async function meter(
  clients: RealClients,
  { buyer, usage, models }: { buyer: Agreement; usage: object; models?: string },
): Promise<unknown> {
  const record = {
    Timestamp: new Date(clients.running.clock.now()).toISOString(),
    CustomerAWSAccountId: buyer.accountId,
    LicenseArn: buyer.licenseArn,
    Dimension: DIMENSION,
    ...usage,
  };
  const query = 'Results[0].[Status, UsageRecord.Quantity, UsageRecord.QuantityAsDecimal]';
  const command = ['meteringmarketplace', 'batch-meter-usage', '--usage-records', JSON.stringify([record])];
  return clients.aws([...command, '--query', query], models);
}

/** The same with the AWS CLI. It has an older model of its own, and takes a newer one from a folder. */
export const AWS_CLI_CASES: Cases = {
  'the AWS CLI resolves a customer': async (clients) => {
    const { agreementId, licenseArn } = clients.buyer();
    const { token } = clients.running.marketplace.issueToken(agreementId);
    const command = ['meteringmarketplace', 'resolve-customer', '--registration-token', token];
    deepEqual(await clients.aws([...command, '--query', 'LicenseArn']), licenseArn);
  },
  'the AWS CLI gets entitlements': async (clients) => {
    const filter = `CUSTOMER_AWS_ACCOUNT_ID=${clients.buyer().accountId}`;
    const command = ['marketplace-entitlement', 'get-entitlements', '--product-code', LICENSE_PRODUCT];
    const answer = await clients.aws([...command, '--filter', filter, '--query', 'Entitlements[].Value']);
    deepEqual(answer, [{ IntegerValue: 40 }]);
  },
  'the AWS CLI meters whole usage': async (clients) => {
    const buyer = clients.buyer();
    deepEqual(await meter(clients, { buyer, usage: { Quantity: 15 } }), ['Success', 15, null]);
    deepEqual(clients.billedTo(buyer), [['15']]);
  },
  'the AWS CLI meters whole usage allocations': async (clients) => {
    const buyer = clients.buyer();
    const UsageAllocations = [
      { AllocatedUsageQuantity: 7, Tags: [tag('BusinessUnit', 'IT'), tag('AccountId', buyer.accountId)] },
      { AllocatedUsageQuantity: 2, Tags: [tag('BusinessUnit', 'Finance')] },
      { AllocatedUsageQuantity: 1 },
    ];
    deepEqual(await meter(clients, { buyer, usage: { Quantity: 10, UsageAllocations } }), ['Success', 10, null]);
    deepEqual(clients.billedTo(buyer), [['10', '7', '2', '1']]);
  },
  'the AWS CLI itself refuses a decimal that its own model does not know': async (clients) => {
    const buyer = clients.buyer();
    await rejects(
      meter(clients, { buyer, usage: { QuantityAsDecimal: '15.8' } }),
      /Unknown parameter.*QuantityAsDecimal/s,
    );
    deepEqual(clients.billedTo(buyer), []);
  },
  'the AWS CLI meters decimal usage with the newest model': async (clients) => {
    const buyer = clients.buyer();
    const models = await clients.newestModels();
    deepEqual(await meter(clients, { buyer, usage: { QuantityAsDecimal: '15.8' }, models }), ['Success', null, '15.8']);
    deepEqual(clients.billedTo(buyer), [['15.8']]);
  },
  'the AWS CLI meters decimal usage allocations with the newest model': async (clients) => {
    const buyer = clients.buyer();
    const UsageAllocations = [
      { AllocatedUsageQuantityAsDecimal: '0.1', Tags: [tag('BusinessUnit', 'IT')] },
      { AllocatedUsageQuantityAsDecimal: '0.2' },
    ];
    const usage = { QuantityAsDecimal: '0.3', UsageAllocations };
    const models = await clients.newestModels();
    deepEqual(await meter(clients, { buyer, usage, models }), ['Success', null, '0.3']);
    deepEqual(clients.billedTo(buyer), [['0.3', '0.1', '0.2']]);
  },
  'the AWS CLI describes an agreement': async (clients) => {
    const { agreementId, offerId } = clients.buyer();
    const command = ['marketplace-agreement', 'describe-agreement', '--agreement-id', agreementId];
    deepEqual(await clients.aws([...command, '--query', 'proposalSummary.offerId']), offerId);
  },
};
