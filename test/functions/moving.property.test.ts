import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { endSubscription } from '../../lambdas/meter-usage/end-subscription';
import type { Product } from '../../lambdas/shared/contract/seller-configuration';
import { decimal, decimalText, sum } from '../../lambdas/shared/domain/decimal';
import { type Identity, toLicenseId } from '../../lambdas/shared/domain/identity';
import { applyLifecycleEvent, type LifecycleEvent } from '../../lambdas/shared/domain/lifecycle-event';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { AwsMeteringGateway } from '../../lambdas/shared/marketplace/batch-meter-usage';
import { buy, inProcessMeteringClient, Marketplace } from '../../simulator';
import { moveCustomers } from '../../ops/moving/move-customers';
import { aLegacyCustomer } from '../builders/a-legacy-customer';
import { aWholeProduct, PRODUCT_CODE } from '../builders/a-payer';
import { aUsageEvent, MINUTE_MS, NOON_MS } from '../builders/a-usage-event';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

/** The limit of Lambda, and so the age of the oldest subscription that a run may work with. */
const LONGEST_RUN_MS = 15 * MINUTE_MS;
const DIMENSIONS = ['events', 'compute_hours'];
const ID = aSubscriptionId(1);

/** A legacy product's customer, with a second licence that the mapping names by mistake. */
class MovingCustomer {
  readonly path = new UsagePath({ product: aWholeProduct({ identityMode: 'legacy' }) });
  readonly marketplace = new Marketplace({ clock: this.path.clock });
  readonly customerIdentifier: string;
  readonly licenses: { customerAWSAccountId: string; licenseArn: string; licenseId: string }[];
  #read: { atMs: number; subscription: Subscription }[] = [];

  constructor() {
    const { path, marketplace } = this;
    const sold = { name: 'Example', identityMode: 'legacy', pricingModel: 'subscription' } as const;
    marketplace.addProduct({ productCode: PRODUCT_CODE, ...sold, dimensions: DIMENSIONS });
    path.clock.set(NOON_MS - 100 * 60 * MINUTE_MS);
    const { accountId: customerAWSAccountId, licenseArn } = buy(marketplace, { productCode: PRODUCT_CODE });
    this.customerIdentifier = marketplace.buyers()[0]?.customerIdentifier ?? '';
    this.licenses = [licenseArn, `${licenseArn}0`].map((arn) => ({
      customerAWSAccountId,
      licenseArn: arn,
      licenseId: toLicenseId(arn) ?? '',
    }));
    const { customerIdentifier } = this;
    const identity: Identity = { kind: 'legacyCustomer', productCode: PRODUCT_CODE, customerIdentifier };
    path.tables.given(
      aLegacyCustomer({
        subscriptionId: ID,
        productCode: PRODUCT_CODE,
        customerIdentifier,
        activatedAt: new Date(path.clock.now()).toISOString(),
      }),
      identity,
    );
    path.gateway = new AwsMeteringGateway(inProcessMeteringClient(marketplace));
    path.clock.set(NOON_MS);
  }

  get subscription(): Subscription {
    return this.path.tables.subscription(ID);
  }

  advance(minutes: number): void {
    this.remember();
    this.path.clock.set(this.path.clock.now() + minutes * MINUTE_MS);
  }

  remember(): void {
    this.#read.push({ atMs: this.path.clock.now(), subscription: structuredClone(this.subscription) });
  }

  /** The dependencies of a run that read the subscription up to `ageMs` ago. */
  deps(ageMs: number) {
    const { path } = this;
    const sinceMs = path.clock.now() - ageMs;
    const old = this.#read.findLast(({ atMs }) => atMs <= sinceMs)?.subscription ?? this.#read[0]?.subscription;
    // The first read returns the old subscription, later ones the current.
    const readings = ageMs === 0 || old === undefined ? [] : [old];
    const subscriptions = {
      getMany: async () => new Map([[ID, structuredClone(readings.pop() ?? this.subscription)]]),
      save: path.subscriptions.save.bind(path.subscriptions),
    };
    return { ...path.meterDeps(), subscriptions };
  }

  async use(hoursAgo: number, dimension: string): Promise<void> {
    const receivedAtMs = this.path.clock.now();
    await this.path.deliver(
      aUsageEvent({ quantity: '1.25', dimension, timeMs: receivedAtMs - hoursAgo * 60 * MINUTE_MS, receivedAtMs }),
    );
  }

  async meter(ageMs: number): Promise<void> {
    await this.path.meter({ at: this.path.clock.now(), ...this.deps(ageMs) });
  }

  async move(which: number): Promise<void> {
    const { path, customerIdentifier } = this;
    const license = this.licenses[which];
    if (license === undefined) return;
    const deps = { ...path, products: [aWholeProduct({ identityMode: 'legacy' })] };
    const moves = moveCustomers([{ line: 2, customerIdentifier, license }], { apply: true }, deps);
    while (!(await moves.next()).done) this.remember();
  }

  configure(identityMode: Product['identityMode']): void {
    this.path.products.set(PRODUCT_CODE, aWholeProduct({ identityMode }));
  }

  /** AWS's event says that the subscription ends, or that the customer is back. */
  hear(kind: 'unsubscribePending' | 'subscribeSucceeded'): void {
    const time = new Date(this.path.clock.now()).toISOString();
    const { customerIdentifier } = this;
    const event: LifecycleEvent =
      kind === 'unsubscribePending' ? { kind, time, customerIdentifier } : { kind, time, customerIdentifier };
    const next = { ...applyLifecycleEvent(this.subscription, event), version: this.subscription.version + 1 };
    this.path.tables.given(next);
    this.remember();
  }

  /** Everything that a run does about the end of a subscription, the unfinished hour included. */
  async end(ageMs: number): Promise<void> {
    await endSubscription(ID, this.deps(ageMs));
  }
}

const age = fc.integer({ min: 0, max: LONGEST_RUN_MS });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ advance: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 4, arbitrary: fc.record({ use: fc.nat(20), of: fc.constantFrom(...DIMENSIONS) }) },
  { weight: 4, arbitrary: fc.record({ meter: age }) },
  { weight: 2, arbitrary: fc.record({ end: age }) },
  { weight: 1, arbitrary: fc.record({ move: fc.constantFrom(0, 0, 1) }) },
  { weight: 1, arbitrary: fc.record({ configure: fc.constantFrom('legacy' as const, 'license' as const) }) },
  { weight: 1, arbitrary: fc.record({ hear: fc.constantFrom('unsubscribePending', 'subscribeSucceeded') }) },
);

async function play(
  customer: MovingCustomer,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  customer.remember();
  for (const each of steps) {
    if ('advance' in each) customer.advance(each.advance);
    else if ('use' in each) await customer.use(each.use, each.of);
    else if ('meter' in each) await customer.meter(each.meter);
    else if ('end' in each) await customer.end(each.end);
    else if ('move' in each) await customer.move(each.move);
    else if ('configure' in each) customer.configure(each.configure);
    else customer.hear(each.hear === 'unsubscribePending' ? 'unsubscribePending' : 'subscribeSucceeded');
  }
}

function expectOneFormAnHour({ marketplace, subscription }: MovingCustomer): void {
  expect(marketplace.doubleBillings()).toEqual([]);
  // The switch is the same hour in every dimension.
  const { licenseFrom = '9999' } = subscription;
  for (const { hour, form, dimension } of marketplace.ledger()) {
    const expected = hour.slice(0, 13) < licenseFrom ? 'product' : 'license';
    expect([hour, dimension, form]).toEqual([hour, dimension, expected]);
  }
}

describe('a customer who moves to a licence', () => {
  it('meters a moving customer under one identity an hour, in any order of usage, runs, moves, ends and configurations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 120, size: 'max' }), async (steps) => {
        const customer = new MovingCustomer();
        await play(customer, steps);
        const { marketplace, path } = customer;
        expectOneFormAnHour(customer);
        // AWS's ledger, both forms together, equals ours.
        const ours = path.tables.hours.filter(({ state }) => state === 'billed');
        const total = (quantities: (string | number)[]) => decimalText(sum(quantities.map((each) => decimal(each))));
        expect(total(marketplace.ledger().map(({ quantity }) => quantity))).toBe(
          total(ours.map(({ record }) => record?.quantity ?? 0)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('meters an hour under the old identity when the run that seals it does not know of the move', async () => {
    const customer = new MovingCustomer();
    customer.advance(50);
    customer.hear('unsubscribePending');
    await customer.end(0);
    customer.advance(8);
    customer.hear('subscribeSucceeded');
    await customer.move(0);
    customer.advance(4);
    await customer.use(0, 'events');
    // At 13:02 the run works with the subscription of 12:57, which was ending, so it sends the unfinished hour, too.
    await customer.end(5 * MINUTE_MS);
    expect(customer.path.hours['2026-03-10T13']).toEqual(['billed', '1']);
    customer.advance(5);
    await customer.use(0, 'compute_hours');
    customer.advance(120);
    await customer.meter(0);
    expect(customer.marketplace.ledger()).toHaveLength(2);
    expectOneFormAnHour(customer);
  });
});
