import { deepEqual } from 'node:assert/strict';
import { DIMENSION, LEGACY_PRODUCT, LICENSE_PRODUCT, type RealClients } from './real-clients';

/** What a client must be able to do, by the sentence that says so. */
export type Cases = Record<string, (clients: RealClients) => Promise<void>>;

/** The examples of the seller guide in Python, and the same with decimals. */
export const BOTO3_CASES: Cases = {
  'boto3 resolves a customer and learns the agreement': async (clients) => {
    const { agreementId, accountId, licenseArn } = clients.buyer();
    const { token } = clients.running.marketplace.issueToken(agreementId);
    const form = new URLSearchParams({ 'x-amzn-marketplace-token': token });
    deepEqual(await clients.python('resolve_customer', form.toString()), {
      ProductCode: LICENSE_PRODUCT,
      CustomerAWSAccountId: accountId,
      LicenseArn: licenseArn,
      Metadata: { AgreementId: agreementId },
    });
  },
  'boto3 gets entitlements': async (clients) => {
    const { accountId } = clients.buyer();
    const answer = await clients.python('get_entitlements', LICENSE_PRODUCT, accountId);
    deepEqual(answer, [['storage', { IntegerValue: 40 }]]);
  },
  'boto3 meters whole usage': async (clients) => {
    const buyer = clients.buyer();
    const answer = await clients.python('batch_meter_usage', buyer.accountId, buyer.licenseArn, DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], [['Success', []], [['15']]]);
  },
  'boto3 meters whole usage allocations': async (clients) => {
    const buyer = clients.buyer();
    const answer = await clients.python('batch_meter_usage_with_tags', buyer.accountId, buyer.licenseArn, DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], [['Success', []], [['10', '7', '2', '1']]]);
  },
  'boto3 meters an older product by product code': async (clients) => {
    const { marketplace } = clients.running;
    const buyer = clients.buyer(LEGACY_PRODUCT);
    const customer = marketplace.buyers().find(({ accountId }) => accountId === buyer.accountId)?.customerIdentifier;
    const answer = await clients.python('batch_meter_usage_by_product_code', LEGACY_PRODUCT, customer ?? '', DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], [['Success', []], [['15']]]);
  },
  'boto3 meters decimal usage': async (clients) => {
    const buyer = clients.buyer();
    const answer = await clients.python('batch_meter_usage_decimal', buyer.accountId, buyer.licenseArn, DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], [['Success', '15.8', []], [['15.8']]]);
  },
  'boto3 meters decimal usage allocations': async (clients) => {
    const buyer = clients.buyer();
    const { accountId, licenseArn } = buyer;
    const answer = await clients.python('batch_meter_usage_with_tags_decimal', accountId, licenseArn, DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], [['Success', []], [['0.6', '0.1', '0.2', '0.3']]]);
  },
  'boto3 is refused both quantities in one record': async (clients) => {
    const buyer = clients.buyer();
    const { accountId, licenseArn } = buyer;
    const answer = await clients.python('batch_meter_usage_with_both_quantities', accountId, licenseArn, DIMENSION);
    deepEqual([answer, clients.billedTo(buyer)], ['ValidationException', []]);
  },
  'boto3 describes an agreement': async (clients) => {
    const { agreementId, offerId, trialEndsAtMs = NaN } = clients.buyer();
    deepEqual(await clients.python('describe_agreement', agreementId), [offerId, trialEndsAtMs / 1000, 'RENEW']);
  },
};
