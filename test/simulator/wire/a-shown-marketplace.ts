import { afterAll, beforeAll } from 'vitest';
import { SimulatedClock, startMarketplace, type Agreement, type RunningMarketplace } from '../../../simulator';
import { aProduct } from '../a-marketplace';

/** Turns the text after it around. */
export const REVERSE = '\u202e';
const HOSTILE = `"><script>alert('1')</script>${REVERSE}x`;
/** How a page shows it. */
export const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;\\u202ex';

const METERING = 'AWSMPMeteringService';

export interface ShownMarketplace extends RunningMarketplace {
  /** Of a product whose name is hostile, by a buyer whose name is hostile. */
  agreement: Agreement;
  call(operation: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** A usage record of the agreement, an hour ago. */
  aRecord(members?: Record<string, unknown>): Record<string, unknown>;
  page(path: string): Promise<{ status: number; text: string; headers: Headers }>;
}

/** A simulator that has been called in every way: answered, refused, dropped, and with names made to harm. */
export function useShownMarketplace({ registrationUrl }: { registrationUrl?: string } = {}): ShownMarketplace {
  const given = {} as ShownMarketplace;
  beforeAll(async () => {
    const clock = new SimulatedClock({ standsAtMs: Date.parse('2026-11-15T10:30:00Z') });
    Object.assign(given, await startMarketplace({ clock, registrationUrl }));
    const { marketplace, endpoint } = given;
    marketplace.addProduct(aProduct({ name: HOSTILE, pricingModel: 'contractWithConsumption' }));
    marketplace.addProduct(aProduct({ productCode: 'older', name: 'Older', identityMode: 'legacy' }));
    marketplace.addBuyer({ accountId: '111122223333', name: HOSTILE });
    const { offerId } = marketplace.publicOffer('analytics');
    given.agreement = marketplace.subscribe({
      accountId: '111122223333',
      offerId,
      entitlements: [{ dimension: 'requests', value: { StringValue: HOSTILE } }],
    });
    marketplace.addBuyer({ accountId: '444455556666', name: 'Globex' });
    marketplace.subscribe({ accountId: '444455556666', offerId: marketplace.publicOffer('older').offerId });
    given.call = (operation, body, headers = {}) =>
      fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `${METERING}.${operation}`,
          authorization: 'AWS4-HMAC-SHA256 Credential=test',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
    given.aRecord = (members = {}) => ({
      Timestamp: clock.now() / 1000 - 3600,
      CustomerAWSAccountId: '111122223333',
      LicenseArn: given.agreement.licenseArn,
      Dimension: 'requests',
      Quantity: 10,
      ...members,
    });
    given.page = async (path) => {
      const answer = await fetch(endpoint + path);
      return { status: answer.status, text: await answer.text(), headers: answer.headers };
    };
    clock.advance(2 * 3_600_000);
    marketplace.runDue();
    await callInEveryWay(given);
  });
  afterAll(() => given.stop());
  return given;
}

/** Calls 1 to 8. */
async function callInEveryWay({ marketplace, agreement, call, aRecord }: ShownMarketplace): Promise<void> {
  const { token } = marketplace.issueToken(agreement.agreementId);
  await call('ResolveCustomer', { RegistrationToken: token });
  const Tags = [{ Key: 'team', Value: 'legal' }];
  const UsageAllocations = [{ AllocatedUsageQuantity: 10, Tags }];
  await call('BatchMeterUsage', { UsageRecords: [aRecord({ UsageAllocations }), aRecord({ Dimension: 'storage' })] });
  await call('BatchMeterUsage', { UsageRecords: [aRecord({ Quantity: 11 }), aRecord({ Dimension: 'storage' })] });
  await call('BatchMeterUsage', { UsageRecords: [aRecord({ Dimension: HOSTILE })] });
  marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', next: 1 });
  const older = {
    ProductCode: 'older',
    UsageRecords: [aRecord({ CustomerAWSAccountId: '444455556666', LicenseArn: undefined })],
  };
  await call('BatchMeterUsage', older).catch(() => undefined);
  await call('ResolveCustomer', { RegistrationToken: HOSTILE }, { authorization: '' });
  await call('MeterUsage', { Tag: HOSTILE });
  await call('BatchMeterUsage', `{"broken": ${HOSTILE}`);
}
