import { describe, expect, it } from 'vitest';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { SealedHour } from '../../lambdas/shared/domain/hourly-usage';
import { newSubscription } from '../../lambdas/shared/domain/identity';
import { applyLifecycleEvent } from '../../lambdas/shared/domain/lifecycle-event';
import { customerAnew, isRefusedProvisionally } from '../../lambdas/shared/domain/provisional-licence';
import { applyRegistration, type RegisteredBuyer } from '../../lambdas/shared/domain/registration';
import type { Subscription } from '../../lambdas/shared/domain/subscription';
import { aSealedRecord } from '../builders/a-sealed-record';

const TIME = '2026-03-01T00:00:00.000Z';
const ACCOUNT = '111122223333';
const OF_EVENT = 'arn:aws:license-manager::294406891311:license/l-1';
const REGISTERED = 'arn:aws:license-manager::294406891311:license:l-1';

const event = (licenseArn: string | undefined, customerAWSAccountId = ACCOUNT) =>
  ({ kind: 'licenseUpdated', licenseId: 'l-1', licenseArn, time: TIME, customerAWSAccountId }) as const;
const buyer = (licenseArn = REGISTERED): RegisteredBuyer => ({
  productCode: 'p',
  identity: { kind: 'license', licenseId: 'l-1' },
  customerAWSAccountId: ACCOUNT,
  licenseArn,
  freeTrial: false,
});

const fresh = newSubscription('s-1', 'p');
const unregistered = applyLifecycleEvent(fresh, event(OF_EVENT));

function registered(subscription: Subscription, licenseArn?: string): Subscription {
  const result = applyRegistration(subscription, buyer(licenseArn), TIME);
  if (result.outcome === 'refused') throw new Error(result.reason);
  return result.subscription;
}

/** Sealed before the registration, and refused twice. */
function aRefusedHour(overrides: Partial<SealedHour> = {}): SealedHour {
  const customer = {
    mode: 'license',
    customerAWSAccountId: ACCOUNT,
    licenseArn: OF_EVENT,
    licenseArnFrom: 'event',
  } as const;
  const { hourKey, record } = aSealedRecord({ customer });
  const answers = { lastAnswer: 'refused', lastReason: 'InvalidLicenseException', sends: 2, answers: 2 } as const;
  return { ...hourKey, state: 'sealed', tallies: 1, used: decimal(7), record, ...answers, ...overrides };
}

describe('the ARN of an event', () => {
  it('is kept as provisional until a registration confirms it', () => {
    expect(unregistered).toMatchObject({ licenseArn: OF_EVENT, licenseArnFrom: 'event' });
    const confirmed = registered(unregistered, OF_EVENT);
    expect(confirmed.licenseArn).toBe(OF_EVENT);
    expect(confirmed.licenseArnFrom).toBeUndefined();
  });

  it('gives way to that of a registration, in either order', () => {
    const orders = [registered(unregistered), applyLifecycleEvent(registered(fresh), event(OF_EVENT))];
    for (const { licenseArn, licenseArnFrom } of orders)
      expect([licenseArn, licenseArnFrom]).toEqual([REGISTERED, undefined]);
  });

  it('stays when later events write it in another shape', () => {
    const again = [event(undefined), event(REGISTERED)].reduce(applyLifecycleEvent, unregistered);
    expect(again).toMatchObject({ licenseArn: OF_EVENT, licenseArnFrom: 'event' });
  });

  it('binds the licence to no account: the registration of another one is right', () => {
    const ofOther = applyLifecycleEvent(fresh, event(OF_EVENT, '999999999999'));
    expect(registered(ofOther)).toMatchObject({ customerAWSAccountId: ACCOUNT, licenseArn: REGISTERED });
  });
});

describe('a record that was sealed with the ARN of an event', () => {
  it('gets the ARN that a registration brings', () => {
    const customer = { mode: 'license', customerAWSAccountId: ACCOUNT, licenseArn: REGISTERED };
    expect(customerAnew(aRefusedHour(), registered(unregistered))).toEqual(customer);
  });

  it('gets the account of the registration if the event named another, though the ARN is the same', () => {
    const ofOther = applyLifecycleEvent(fresh, event(OF_EVENT, '999999999999'));
    const hour = aRefusedHour();
    const customer = { ...hour.record.customer, customerAWSAccountId: '999999999999' };
    const sealed = { ...hour, record: { ...hour.record, customer } };
    expect(customerAnew(sealed, registered(ofOther, OF_EVENT))).toEqual({
      mode: 'license',
      customerAWSAccountId: ACCOUNT,
      licenseArn: OF_EVENT,
    });
  });

  it.each([
    ['a send of it has no answer', aRefusedHour({ answers: 1 }), registered(unregistered)],
    ['nobody has registered', aRefusedHour(), unregistered],
    ['the registration confirms the ARN', aRefusedHour(), registered(unregistered, OF_EVENT)],
    ['it names a registered ARN', { ...aRefusedHour(), record: aSealedRecord().record }, registered(unregistered)],
  ])('stays as it is while %s', (_, hour, subscription) => {
    expect(customerAnew(hour, subscription)).toBeUndefined();
  });

  it('is not that of a customer who is billed by identifier', () => {
    const customer = { mode: 'legacy', customerIdentifier: 'c-1' } as const;
    const hour = aRefusedHour({ record: aSealedRecord({ customer }).record });
    expect(isRefusedProvisionally(hour, registered(unregistered))).toBe(false);
    expect(customerAnew(hour, registered(unregistered))).toBeUndefined();
    expect(customerAnew(aRefusedHour(), undefined)).toBeUndefined();
  });

  it('is refused provisionally until a registration confirms its ARN', () => {
    expect(isRefusedProvisionally(aRefusedHour(), unregistered)).toBe(true);
    expect(isRefusedProvisionally(aRefusedHour(), registered(unregistered))).toBe(true);
    expect(isRefusedProvisionally(aRefusedHour(), registered(unregistered, OF_EVENT))).toBe(false);
  });

  it.each([
    ['a send of it has no answer', { answers: 1 }],
    ['AWS refused something else', { lastReason: 'InvalidUsageDimensionException' }],
    ['AWS called the buyer not subscribed', { lastAnswer: 'notSubscribed', lastReason: 'notSubscribed' }],
    ['it names a registered ARN', { record: aSealedRecord().record }],
  ] as const)('is not refused provisionally if %s', (_, overrides) => {
    expect(isRefusedProvisionally(aRefusedHour(overrides), unregistered)).toBe(false);
  });
});
