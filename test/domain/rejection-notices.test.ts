import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { noticeSchema } from '../../lambdas/shared/contract/notices';
import { decimal } from '../../lambdas/shared/domain/decimal';
import {
  decidedFor as decisionFor,
  NOT_SUBSCRIBED_THEN,
  reasonOf,
  toMeteringRejected,
  toMeteringSettled,
  toUsageHeld,
  toUsageRejected,
  toUsageWithheld,
} from '../../lambdas/shared/domain/rejection-notices';
import { toNotice } from '../../lambdas/shared/stores/notices';
import { aSealedRecord } from '../builders/a-sealed-record';

const AT = '2026-03-11T13:00:00.000Z';

describe('the notice of an hour that the operator has ended', () => {
  it('fits the outbox, however long the reason is', () => {
    const { hourKey, record } = aSealedRecord();
    const decidedFor = { subscriptionVersion: 4, agreementId: 'agmt-1' };
    const settled = { hourKey, as: 'carried', reason: '\u0001'.repeat(9000), record, decidedFor } as const;
    const notice = toMeteringSettled(settled, AT);
    expect(toNotice({ notice: JSON.stringify(notice) })).toMatchObject({
      noticeId: `${hourKey.subscriptionId}#2026-03-10T12#events#settled`,
      ...decidedFor,
      outcome: 'carried',
      quantity: '7',
    });
  });
});

describe('the notice of an hour that is not billed', () => {
  it('reports a lost hour with reason, exact quantity and the request without allocations', () => {
    const allocations = [{ quantity: '7', tags: { Department: 'legal' } }];
    const { hourKey, record } = aSealedRecord({ allocations });
    const quantity = decimal('7.000000000000000001');
    const notice = toMeteringRejected(
      {
        hourKey,
        state: 'rejected',
        reason: 'notSubscribed',
        quantity,
        record,
        decidedFor: { subscriptionVersion: 4, agreementId: 'agmt-1' },
      },
      AT,
    );
    expect(noticeSchema.parse(notice)).toEqual(notice);
    expect(notice).toMatchObject({
      noticeId: `${hourKey.subscriptionId}#2026-03-10T12#events`,
      subscriptionVersion: 4,
      agreementId: 'agmt-1',
      hour: '2026-03-10T12',
      dimension: 'events',
      outcome: 'rejected',
      reason: 'notSubscribed',
      quantity: '7.000000000000000001',
    });
    expect(notice.record).toEqual({
      productCode: record.productCode,
      customerAWSAccountId: '111122223333',
      licenseArn: expect.stringContaining(':license:l-'),
      timestamp: '2026-03-10T12:00:00.000Z',
      quantity: '7',
    });
  });

  it("names an older product's customer by its identifier", () => {
    const customer = { mode: 'legacy', customerIdentifier: 'c-1' } as const;
    const { hourKey, record } = aSealedRecord({ customer });
    const hour = { hourKey, state: 'rejected', reason: 'r', quantity: decimal(7) } as const;
    const { record: shown } = toMeteringRejected({ ...hour, record }, AT);
    expect(shown).toMatchObject({ customerIdentifier: 'c-1' });
    expect(shown).not.toHaveProperty('licenseArn');
  });

  it('reports a lost hour without a request when none was frozen', () => {
    const { hourKey } = aSealedRecord();
    const hour = {
      hourKey,
      state: 'expired',
      reason: 'r',
      quantity: decimal(7),
    } as const;
    const notice = toMeteringRejected(hour, AT);
    expect(noticeSchema.parse(notice)).toMatchObject({ kind: 'MeteringRejected', schemaVersion: 1, time: AT });
    expect(Object.keys(notice)).not.toContain('record');
  });

  it.each([
    [{ lastAnswer: 'refused', lastReason: 'InvalidTagException' }, 'rejected', false, 'InvalidTagException'],
    [{ lastAnswer: 'notSubscribed', lastReason: 'notSubscribed' }, 'rejected', true, 'notSubscribed'],
    [{ lastAnswer: 'notSubscribed', lastReason: 'notSubscribed' }, 'unconfirmed', false, 'noAnswer'],
    [{ lastAnswer: 'unprocessed', lastReason: 'unprocessed' }, 'expired', true, 'unprocessed'],
    [{ lastAnswer: 'conflict' }, 'rejected', false, 'conflict'],
    [{}, 'rejected', false, 'refused'],
    [{ lastAnswer: 'notSubscribed' }, 'expired', false, 'windowClosed'],
    [{}, 'expired', false, 'windowClosed'],
    [{}, 'expired', true, 'subscriptionOver'],
  ] as const)('gives, for %j that is %s (over: %s), the reason %s', (...[hour, state, isOver, reason]) => {
    expect(reasonOf(hour, { state, isOver })).toBe(reason);
  });
});

describe('the notice of an hour', () => {
  const { hourKey } = aSealedRecord();
  const decidedFor = { subscriptionVersion: 4, agreementId: 'agmt-1' };
  const common = { schemaVersion: 1, time: AT, ...hourKey, ...decidedFor };
  const id = `${hourKey.subscriptionId}#2026-03-10T12#events`;

  it('that the operator has settled names the metering record, if there is one', () => {
    const settled = { hourKey, as: 'billed', reason: 'r', record: aSealedRecord().record, decidedFor } as const;
    expect(toMeteringSettled({ ...settled, meteringRecordId: 'm-1' }, AT)).toMatchObject({ meteringRecordId: 'm-1' });
    expect(toMeteringSettled(settled, AT)).not.toHaveProperty('meteringRecordId');
  });

  it('tells for which version and agreement it was decided, if there is a subscription', () => {
    expect(decisionFor({ version: 4, agreementId: 'agmt-1' })).toEqual(decidedFor);
    expect(decisionFor(undefined)).toEqual({});
  });

  it('that is partly rejected has an id of its own, because the rest may be lost later', () => {
    const lost = { hourKey, state: 'rejected', reason: NOT_SUBSCRIBED_THEN, quantity: decimal(7) } as const;
    expect(toMeteringRejected(lost, AT).noticeId).toBe(`${id}#notSubscribedThen`);
  });

  it('that is withheld has the quantity and the reason', () => {
    const withheld = { hourKey, reason: 'testAccount', quantity: decimal('7.5'), decidedFor } as const;
    const notice = toUsageWithheld(withheld, AT);
    expect(noticeSchema.parse(notice)).toEqual({
      ...common,
      kind: 'UsageWithheld',
      noticeId: `${id}#withheld`,
      reason: 'testAccount',
      quantity: '7.5',
    });
  });

  it('that is above the maximum has the quantity in its id: it may grow, and be held again', () => {
    const held = { hourKey, quantity: '12', maxPerHour: '10', waitsUntilMs: Date.parse(AT), decidedFor };
    expect(noticeSchema.parse(toUsageHeld(held, AT))).toEqual({
      ...common,
      kind: 'UsageHeld',
      noticeId: `${id}#held#12`,
      quantity: '12',
      maxPerHour: '10',
      waitsUntil: AT,
    });
  });
});

describe('the notice of an item that is no usage', () => {
  it('makes a notice that can be published, whatever the item says', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3000 });
    const subscriptionId = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).map((id) => id.slice(0, 200));
    fc.assert(
      fc.property(text, text, subscriptionId, (message, usageEventPk, id) => {
        const noticeId = `${id}#overwritten#${'0'.repeat(32)}`;
        const item = { noticeId, subscriptionId: id, reason: 'quantityTooPrecise', message, usageEventPk };
        const notice = toUsageRejected(item, AT);
        expect(toNotice({ notice: JSON.stringify(notice) })).toEqual(notice);
      }),
    );
  });

  it('keeps the whole key of an item that POST /usage could have stored', () => {
    const usageEventPk = `s-1#${'a'.repeat(512)}#${'b'.repeat(512)}`;
    const notice = toUsageRejected(
      { noticeId: 'n', subscriptionId: 's-1', reason: 'r', message: 'm', usageEventPk },
      AT,
    );
    expect(notice.usageEventPk).toBe(usageEventPk);
  });

  it('shortens only texts that do not fit, to a length that always fits', () => {
    const told = (text: string) => {
      const item = { noticeId: 'n', subscriptionId: 's-1', reason: 'r', message: text, usageEventPk: text };
      const { message, usageEventPk } = toUsageRejected(item, AT);
      return [message.length, usageEventPk.length];
    };
    expect(told('x'.repeat(998))).toEqual([998, 998]);
    expect(told('x'.repeat(999))).toEqual([166, 999]);
    expect(told('x'.repeat(3998))).toEqual([166, 3998]);
    expect(told('x'.repeat(3999))).toEqual([166, 666]);
  });

  it('reports a refused item with its key and the reason', () => {
    const item = { noticeId: 'n', subscriptionId: 's-1', reason: 'tooLate', message: 'm', usageEventPk: 's-1##e' };
    expect(noticeSchema.parse(toUsageRejected(item, AT))).toEqual({
      kind: 'UsageRejected',
      schemaVersion: 1,
      time: AT,
      ...item,
    });
  });
});
