import { describe, expect, it } from 'vitest';
import { contractOf } from '../../lambdas/shared/domain/contract';
import { givenIn, historyAfter } from '../../lambdas/shared/domain/entitlement-history';
import type { Entitlement, Entitlements } from '../../lambdas/shared/domain/entitlements';
import { hourOf } from '../../lambdas/shared/domain/hour';
import { aNettedProduct, aPayer, aProduct } from '../builders/a-payer';
import { anEntitlement } from '../builders/an-entitlement';
import { aSubscriptionId } from '../builders/ids';

const at = (time: string) => `2026-03-10T${time}:00.000Z`;
const hour = hourOf(Date.parse(at('12:00')));

function checkedAt(time: string) {
  const checked = { subscriptionId: aSubscriptionId(1), checkedAt: at(time), entitlements: [anEntitlement()] };
  return { ...checked, history: historyAfter(undefined, checked) };
}

/** A check that listed these, after an earlier one. */
function listing(time: string, entitlements: readonly Entitlement[], before?: Entitlements): Entitlements {
  const checked = { subscriptionId: aSubscriptionId(1), checkedAt: at(time), entitlements };
  return { ...checked, history: historyAfter(before, checked) };
}

function theContract({
  product = aNettedProduct(),
  activatedAtMs = aPayer().activatedAtMs,
  ...overrides
}: Partial<Parameters<typeof contractOf>[1]> & Partial<Parameters<typeof contractOf>[0]> = {}) {
  const question = { dimension: 'events', hour, entitlements: checkedAt('13:00'), endingAt: undefined };
  return contractOf({ product, activatedAtMs }, { ...question, ...overrides });
}

describe('the contract that covers an hour', () => {
  it('finds the contract whose entitlement the configuration names', () => {
    expect(theContract()).toMatchObject({
      entitlement: 'events_included',
      rule: { kind: 'calendarMonth' },
      activationHour: '2026-01-01T00',
    });
  });

  it.each([
    ['a dimension that is metered whole', { dimension: 'compute_hours' }],
    ['a product without a contract', { product: aProduct() }],
  ])('finds no contract for %s, and waits for nothing', (_, overrides) => {
    expect(theContract({ ...overrides, entitlements: undefined })).toBeUndefined();
  });

  it('waits while the covering entitlement is no number, whatever other entitlements are', () => {
    const dimension = 'events_included';
    const number = anEntitlement({ dimension });
    const text = anEntitlement({ dimension, value: { kind: 'string', text: 'unlimited' } });
    const flag = anEntitlement({ dimension, value: { kind: 'boolean', granted: true } });
    for (const entitlements of [[text], [flag], [number, text]])
      expect(theContract({ entitlements: listing('13:00', entitlements) })).toBe('entitlementNotNumeric');
    const others = [number, { ...text, dimension: 'support' }];
    for (const entitlements of [others, []])
      expect(theContract({ entitlements: listing('13:00', entitlements) })).toHaveProperty('rule');
  });

  it('waits while the covering entitlement is no number, whatever it was before', () => {
    const dimension = 'events_included';
    const number = [anEntitlement({ dimension })];
    const text = [anEntitlement({ dimension, value: { kind: 'string', text: 'unlimited' } })];
    const since = listing('12:10', number);
    expect(theContract({ entitlements: listing('13:00', text, since) })).toBe('entitlementNotNumeric');
    const first = listing('12:20', number, listing('12:10', text));
    expect(theContract({ entitlements: listing('13:00', text, first) })).toBe('entitlementNotNumeric');
  });

  it('waits after the end, too, if the covering entitlement never was a number', () => {
    const text = anEntitlement({ dimension: 'events_included', value: { kind: 'string', text: 'unlimited' } });
    const endingAt = at('12:40');
    const ended = listing('12:50', [], listing('12:10', [text]));
    expect(theContract({ endingAt, entitlements: ended })).toBe('entitlementNotNumeric');
  });

  it('takes the amount that AWS lists afterwards for the time in which the entitlement was no number', () => {
    const dimension = 'events_included';
    const text = anEntitlement({ dimension, value: { kind: 'string', text: 'unlimited' } });
    const mended = listing('15:00', [anEntitlement({ dimension })], listing('13:00', [text]));
    expect(theContract({ entitlements: mended })).toMatchObject({ history: [{ since: at('15:00') }] });
    const afterNothing = listing(
      '15:00',
      [anEntitlement({ dimension })],
      listing('14:00', [], listing('13:00', [text])),
    );
    expect(theContract({ entitlements: afterNothing })).toMatchObject({ history: [{}, { since: at('15:00') }] });
  });

  it('knows no contract before AWS was asked after the end of the hour', () => {
    expect(theContract({ entitlements: undefined })).toBe('entitlementsNotChecked');
    expect(theContract({ entitlements: checkedAt('12:59') })).toBe('entitlementsNotChecked');
    expect(theContract({ entitlements: checkedAt('13:00') })).not.toBe('entitlementsNotChecked');
  });

  it('knows no contract for usage before the activation until AWS was asked after its hour', () => {
    const activatedAtMs = Date.parse(at('14:24'));
    expect(theContract({ activatedAtMs, entitlements: checkedAt('13:05') })).toBe('entitlementsNotChecked');
    expect(theContract({ activatedAtMs, entitlements: checkedAt('14:59') })).toBe('entitlementsNotChecked');
    expect(theContract({ activatedAtMs, entitlements: checkedAt('15:00') })).toMatchObject({
      activationHour: '2026-03-10T14',
    });
  });

  it('knows the contract of an ending subscription once AWS was asked after the end', () => {
    const endingAt = at('12:20');
    expect(theContract({ endingAt, entitlements: checkedAt('12:20') })).toBe('entitlementsNotChecked');
    expect(theContract({ endingAt, entitlements: checkedAt('12:21') })).not.toBe('entitlementsNotChecked');
  });

  it('knows no contract from answers only before the activation and after the end', () => {
    const [activatedAtMs, endingAt] = [Date.parse(at('10:00')), at('12:20')];
    const nothing = (time: string) => ({ ...checkedAt(time), entitlements: [] });
    const known = (...times: string[]) => {
      const after = (before: Entitlements | undefined, time: string) => ({
        ...nothing(time),
        history: historyAfter(before, nothing(time)),
      });
      const entitlements = times.reduce<Entitlements | undefined>(after, undefined);
      return theContract({ activatedAtMs, endingAt, entitlements }) !== 'entitlementsNotChecked';
    };
    expect([known('13:00'), known('09:00', '13:00')]).toEqual([false, false]);
    expect([known('11:00', '13:00'), known('12:19', '13:00'), known('10:01', '13:00')]).toEqual([true, true, true]);
    // Clocks differ by seconds.
    expect([known('12:20', '13:00'), known('10:00', '13:00')]).toEqual([false, false]);
    expect(known('09:00', '11:00')).toBe(false);
  });

  it('knows no contract if the only list is empty and AWS may have been asked after the end, by its own clock', () => {
    const [activatedAtMs, endingAt] = [Date.parse(at('10:00')), at('14:20')];
    const asked = (time: string) => theContract({ activatedAtMs, endingAt, entitlements: listing(time, []) });
    expect(asked('14:20')).toBe('entitlementsNotChecked');
    expect(asked('14:19')).not.toBe('entitlementsNotChecked');
  });

  it('knows the contract of an ending subscription from earlier lists, though AWS lists nothing after the end', () => {
    const before = checkedAt('11:00');
    const after = { ...checkedAt('13:00'), entitlements: [] };
    const entitlements = { ...after, history: historyAfter(before, after) };
    expect(theContract({ endingAt: at('12:20'), entitlements })).not.toBe('entitlementsNotChecked');
  });

  describe('after a gap between two periods', () => {
    const periods = [{ from: at('11:50'), until: at('12:20') }, { from: at('15:05') }];
    const dimension = 'events_included';
    const listed = [anEntitlement({ dimension, amount: '100' })];
    const text = [anEntitlement({ dimension, value: { kind: 'string', text: 'unlimited' } })];
    type Check = [time: string, lists: boolean | readonly Entitlement[]];

    /** The amount for an hour; checks as [time, what AWS lists; true: 100 of the covering entitlement]. */
    function amountIn(hourOfUse: typeof hour, ...checks: Check[]): string {
      const entitlements = checks.reduce<Entitlements | undefined>((before, [time, lists]) => {
        const list = lists === true ? listed : lists || [];
        return listing(time, list, before);
      }, undefined);
      const activatedAtMs = Date.parse(at('11:50'));
      const found = theContract({ hour: hourOfUse, activatedAtMs, periods, entitlements });
      if (typeof found !== 'object') return String(found);
      return String(givenIn(hourOfUse, { history: found.history, dimension: found.entitlement }).amount);
    }

    /** The amount for the hour of the first period. */
    const amountFrom = (...checks: Check[]) => amountIn(hour, ...checks);

    it('believes no empty list from the gap, in which AWS lists nothing whatever the contract gives', () => {
      expect(amountFrom(['13:30', false])).toBe('entitlementsNotChecked');
      expect(amountFrom(['11:40', false], ['13:30', false])).toBe('entitlementsNotChecked');
      expect(amountFrom(['13:30', false], ['15:30', true])).toBe('100');
    });

    it('believes an empty list from a period', () => {
      expect(amountFrom(['12:10', false], ['13:30', false], ['15:30', true])).toBe('0');
      expect(amountFrom(['13:30', false], ['15:30', false])).toBe('0');
    });

    it('keeps what AWS listed in the period itself', () => {
      expect(amountFrom(['12:10', true], ['13:30', false])).toBe('100');
      expect(amountFrom(['12:10', true], ['13:30', false], ['15:30', false])).toBe('100');
    });

    it.each([
      ['11:48', '100'],
      ['11:49', '40'],
      ['12:10', '40'],
      ['12:21', '40'],
      ['12:22', '100'],
    ])('believes the empty list of the gap, if AWS listed something in the period: at %s', (time, amount) => {
      const later = [anEntitlement({ dimension, amount: '40' })];
      const inSecondPeriod = hourOf(Date.parse(at('15:00')));
      expect(amountIn(inSecondPeriod, [time, true], ['13:30', false], ['16:00', later])).toBe(amount);
    });

    it('takes what AWS lists in the next period for one in which the entitlement was no number', () => {
      expect(amountFrom(['12:10', text], ['13:30', false], ['15:30', true])).toBe('100');
    });
  });

  it('fails when the configuration does not say what covers a dimension', () => {
    const dimensions = [{ apiName: 'events', unit: 'event' }];
    expect(() => theContract({ product: aNettedProduct({ dimensions }) })).toThrow('does not say what covers events');
    expect(() => theContract({ dimension: 'unlisted' })).toThrow('does not say what covers unlisted');
    const product = aNettedProduct({ contractPeriod: undefined });
    expect(() => theContract({ product })).toThrow('does not say what covers events');
  });
});
