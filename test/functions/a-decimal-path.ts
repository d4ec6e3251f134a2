import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { DynamoDbDecimalTrialStore } from '../../lambdas/shared/stores/decimal-trials';
import { buy, inProcessMeteringClient, Marketplace } from '../../simulator';
import { aProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { GRACE_MS, UsagePath } from './usage-path';

const DIMENSIONS = ['events', 'compute_hours', 'seats', 'd1', 'd2', 'd3'];

/** The usage path of a product whose decimals are not proven, billed by the simulator. `seats` is billed whole. */
export function aDecimalPath() {
  const dimensions = DIMENSIONS.map((apiName) => ({
    apiName,
    unit: 'unit',
    ...(apiName === 'seats' && { quantities: 'whole' as const }),
  }));
  const path = new UsagePath({ product: aProduct({ dimensions }), decimals: 'unproven' });
  const marketplace = new Marketplace({ clock: path.clock });
  marketplace.addProduct({
    productCode: PRODUCT_CODE,
    name: 'Example',
    identityMode: 'license',
    pricingModel: 'subscription',
    dimensions: DIMENSIONS,
  });
  path.clock.set(NOON_MS - 48 * HOUR_MS);
  const agreement = buy(marketplace, { productCode: PRODUCT_CODE });
  path.givenSubscription({ customerAWSAccountId: agreement.accountId, licenseArn: agreement.licenseArn });
  path.gateway = new AwsMeteringGateway(inProcessMeteringClient(marketplace));
  path.clock.set(NOON_MS);
  const decimalTrials = new DynamoDbDecimalTrialStore(path.tables.database);
  return Object.assign(path, {
    marketplace,
    decimalTrials,
    trial: async () => (await decimalTrials.get(PRODUCT_CODE)).state,
    /** What AWS bills, by dimension and hour of the day. */
    bill: () =>
      Object.fromEntries(
        marketplace.ledger().map(({ dimension, hour, quantity }) => [`${dimension} ${hour.slice(11, 13)}`, quantity]),
      ),
    /** The records of each call that AWS received. */
    calls: () => marketplace.calls().map(({ records }) => records),
    /** Uses so much of each dimension in the hour that begins so many hours after noon. */
    use: async (quantity: string, { hour = 0, of = ['events'] }: { hour?: number; of?: readonly string[] } = {}) => {
      const timeMs = NOON_MS + hour * HOUR_MS;
      await path.deliver(...of.map((dimension) => aUsageEvent({ dimension, quantity, timeMs, receivedAtMs: timeMs })));
    },
  });
}

/** The first run after the hour that begins so many hours after noon. */
export const afterHour = (hour: number) => NOON_MS + (hour + 1) * HOUR_MS + GRACE_MS;
