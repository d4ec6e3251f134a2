import { describe, expect, it } from 'vitest';
import type { HourlyUsage } from '../../../lambdas/shared/domain/hourly-usage';
import type { Identity } from '../../../lambdas/shared/domain/identity';
import type { Subscription } from '../../../lambdas/shared/domain/subscription';
import { aUsageEvent } from '../../builders/a-usage-event';
import { aLegacyCustomer, aLicense } from '../../builders/a-legacy-customer';
import { aProduct } from '../../builders/a-payer';
import type { Mapping } from '../../../ops/moving/mapping-file';
import {
  moveCustomers,
  MOVE_REFUSALS,
  type MoveCustomersDeps,
  type MovedCustomer,
} from '../../../ops/moving/move-customers';
import { UsagePath } from '../../functions/usage-path';

const NOW_MS = Date.parse('2026-03-10T12:20:00Z');
const SWITCH = '2026-03-10T14';
const OLDER = 'older';
const OLDEST = 'oldest';

function givenSeller() {
  const { subscriptions, usage, clock, tables } = new UsagePath();
  clock.set(NOW_MS);
  const products = [
    aProduct({ productCode: OLDER, identityMode: 'legacy' }),
    aProduct({ productCode: OLDEST, identityMode: 'legacy' }),
    aProduct({ productCode: 'newer' }),
  ];
  const deps: MoveCustomersDeps = { products, subscriptions, clock, usage };
  const given = (overrides: Partial<Subscription> = {}) => {
    const customer = aLegacyCustomer({ productCode: OLDER, ...overrides });
    const { productCode, customerIdentifier = '' } = customer;
    return tables.given(customer, { kind: 'legacyCustomer', productCode, customerIdentifier });
  };
  const move = async (mapping: Partial<Mapping>, apply = true) => {
    const whole = { line: 2, customerIdentifier: 'c', license: aLicense(), ...mapping };
    const [first] = await outcomesOf(moveCustomers([whole], { apply }, deps));
    if (first === undefined) throw new Error('There is no outcome.');
    return { ...first, mapping: undefined };
  };
  return { subscriptions, tables, clock, deps, given, move };
}

async function outcomesOf(moves: AsyncIterable<MovedCustomer>): Promise<MovedCustomer[]> {
  const outcomes: MovedCustomer[] = [];
  for await (const outcome of moves) outcomes.push(outcome);
  return outcomes;
}

const licenceOf = ({ license }: Pick<Mapping, 'license'>): Identity => ({
  kind: 'license',
  licenseId: license.licenseId,
});

describe('moving customers', () => {
  it('gives the subscription its licence from the second full hour on, and finds it by both identities', async () => {
    const { given, move, subscriptions } = givenSeller();
    const { subscriptionId, customerIdentifier = '', version } = given();
    const mapping = { customerIdentifier, license: aLicense() };
    await expect(move(mapping)).resolves.toEqual({ outcome: 'moved', subscriptionId, licenseFrom: SWITCH });
    const moved = { subscriptionId, customerIdentifier, ...mapping.license, licenseFrom: SWITCH, version: version + 1 };
    await expect(subscriptions.findByIdentity(licenceOf(mapping))).resolves.toMatchObject(moved);
    const customer: Identity = { kind: 'legacyCustomer', productCode: OLDER, customerIdentifier };
    await expect(subscriptions.findByIdentity(customer)).resolves.toMatchObject(moved);
  });

  it('changes nothing in a dry run, and reports the same', async () => {
    const { given, move, tables } = givenSeller();
    const customer = given();
    const { subscriptionId, customerIdentifier } = customer;
    await expect(move({ customerIdentifier }, false)).resolves.toEqual({
      outcome: 'moves',
      subscriptionId,
      licenseFrom: SWITCH,
    });
    expect(tables.subscription(subscriptionId)).toEqual(customer);
    expect(tables.identities).toHaveLength(1);
  });

  it('changes nothing the second time, however late, and keeps the hour of the switch', async () => {
    const { given, move, clock, tables } = givenSeller();
    const { subscriptionId, customerIdentifier } = given();
    const mapping = { customerIdentifier, license: aLicense() };
    await move(mapping);
    const before = tables.subscription(subscriptionId);
    clock.set(NOW_MS + 100 * 3_600_000);
    await expect(move(mapping)).resolves.toEqual({ outcome: 'alreadyMoved', subscriptionId, licenseFrom: SWITCH });
    expect(tables.subscription(subscriptionId)).toEqual(before);
  });

  it('moves the customer of the named product when two products have the same customer', async () => {
    const { given, move } = givenSeller();
    const [first, second] = [OLDER, OLDEST].map((productCode) => given({ productCode, customerIdentifier: 'both' }));
    const mapping = { customerIdentifier: 'both' };
    await expect(move(mapping)).resolves.toMatchObject({ outcome: 'refused', reason: 'productMissing' });
    const named = { ...mapping, productCode: OLDEST };
    await expect(move(named)).resolves.toMatchObject({ subscriptionId: second?.subscriptionId });
    expect(first?.licenseFrom).toBeUndefined();
  });

  it.each([
    ['unknownCustomer', {}, { customerIdentifier: 'nobody' }],
    ['unknownCustomer', {}, { productCode: OLDEST }],
    ['boundToAnotherAccount', { customerAWSAccountId: '999988887777' }, {}],
    ['ending', { state: 'ended' as const }, {}],
  ])('refuses with %s, and writes nothing (%j, %j)', async (reason, overrides, mapping) => {
    const { given, move, tables } = givenSeller();
    const customer = given(overrides);
    const { customerIdentifier } = customer;
    await expect(move({ customerIdentifier, ...mapping })).resolves.toMatchObject({ outcome: 'refused', reason });
    expect(tables.subscription(customer.subscriptionId)).toEqual(customer);
  });

  it('refuses a licence of another subscription, also when it was taken meanwhile', async () => {
    const { given, move, subscriptions, deps, tables } = givenSeller();
    const [first, second] = [given(), given()];
    const license = aLicense();
    await move({ customerIdentifier: first.customerIdentifier, license });
    const wanted = { customerIdentifier: second.customerIdentifier, license };
    await expect(move(wanted)).resolves.toMatchObject({ outcome: 'refused', reason: 'licenseTaken' });
    // Not seen the first time it is looked for.
    let looks = 0;
    deps.subscriptions = {
      findByIdentity: async (identity) => {
        const isFirstLook = identity.kind === 'license' && (looks += 1) === 1;
        return isFirstLook ? undefined : subscriptions.findByIdentity(identity);
      },
      save: async (...change) => subscriptions.save(...change),
    };
    await expect(move(wanted)).resolves.toMatchObject({ outcome: 'refused', reason: 'licenseTaken' });
    expect(tables.subscription(second.subscriptionId)).toEqual(second);
  });

  it('refuses when an hour after the switch is already sealed, because the clock is behind', async () => {
    const path = new UsagePath({ product: aProduct({ productCode: OLDER, identityMode: 'legacy' }) });
    const customer = aLegacyCustomer({ productCode: OLDER, subscriptionId: aUsageEvent().subscriptionId });
    const { customerIdentifier = '' } = customer;
    path.tables.given(customer, { kind: 'legacyCustomer', productCode: OLDER, customerIdentifier });
    const hours = ['12', '13', '14', '15', '16', '17'].map((hour) => Date.parse(`2026-03-10T${hour}:10:00Z`));
    await path.deliver(...hours.map((timeMs) => aUsageEvent({ timeMs })));
    await path.meter({ at: Date.parse('2026-03-10T14:30:00Z') });
    const deps = { ...path, products: [...path.products.values()] };
    const move = async (nowMs: number) => {
      path.clock.set(nowMs);
      const mapping = { line: 2, customerIdentifier, license: aLicense() };
      return outcomesOf(moveCustomers([mapping], { apply: false }, deps));
    };
    await expect(move(NOW_MS - 3_600_000)).resolves.toMatchObject([{ reason: 'clockBehind' }]);
    await expect(move(NOW_MS)).resolves.toMatchObject([{ outcome: 'moves', licenseFrom: SWITCH }]);
  });

  it('looks for sealed hours after the switch page by page, since a page may have only open ones', async () => {
    const { given, move, deps } = givenSeller();
    const { customerIdentifier } = given();
    const asked: unknown[] = [];
    const hourAt = (hour: string, state: string) => ({ hour, dimension: 'events', state }) as HourlyUsage;
    const pages = [[hourAt('2026-03-10T16', 'open')], [hourAt('2026-03-10T15', 'sealed')]];
    deps.usage = {
      ...deps.usage,
      listHours: async ({ before }) => {
        asked.push(before?.hour);
        return { hours: pages[asked.length - 1] ?? [], hasMore: asked.length < pages.length };
      },
    };
    await expect(move({ customerIdentifier })).resolves.toMatchObject({ reason: 'clockBehind' });
    expect(asked).toEqual([undefined, '2026-03-10T16']);
  });

  it('describes each refusal in a sentence', () => {
    for (const sentence of Object.values(MOVE_REFUSALS)) expect(sentence).toMatch(/^\p{Ll}.+$/u);
  });
});
