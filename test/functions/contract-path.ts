import { historyAfter } from '../../lambdas/shared/domain/entitlement-history';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimalText, sum, ZERO } from '../../lambdas/shared/domain/decimal';
import type { HourFields } from '../../lambdas/shared/domain/hourly-usage';
import { aNettedProduct } from '../builders/a-payer';
import { anEntitlement } from '../builders/an-entitlement';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

/** The usage path of a product whose contract covers `events`. */
export class ContractPath extends UsagePath {
  constructor(product: Partial<Product> = {}) {
    super({ product: aNettedProduct(product) });
  }

  /** Checks the entitlements: AWS lists this amount, or nothing if it is '0'. */
  async check(atMs: number, amount: string, subscriptionId = aSubscriptionId(1)): Promise<void> {
    const known = (await this.entitlements.getMany([subscriptionId])).get(subscriptionId);
    const entitlements = amount === '0' ? [] : [anEntitlement({ dimension: 'events_included', amount })];
    const checked = { subscriptionId, checkedAt: new Date(atMs).toISOString(), entitlements };
    await this.entitlements.save({
      checked: { ...checked, history: historyAfter(known, checked) },
      comparedWith: known?.checkedAt,
      nextCheckAtMs: undefined,
    });
  }

  /** Every hour of a subscription: state, quantity of its record, covered units, expired units. */
  endsOf(subscriptionId = aSubscriptionId(1)) {
    const shown = ({ state, record, coveredQuantity, expiredQuantity }: HourFields) => [
      ...[state, record?.quantity ?? '0'],
      ...[coveredQuantity, expiredQuantity].map((amount) => (amount ? decimalText(amount) : '0')),
    ];
    return Object.fromEntries(this.hoursOf(subscriptionId).map((hour) => [hour.hour, shown(hour)]));
  }

  hoursOf(subscriptionId: string): HourFields[] {
    const hours = this.tables.hours;
    return hours.filter((hour) => hour.subscriptionId === subscriptionId);
  }

  coveredOf(subscriptionId = aSubscriptionId(1)): string {
    return decimalText(sum(this.hoursOf(subscriptionId).map(({ coveredQuantity = ZERO }) => coveredQuantity)));
  }
}
