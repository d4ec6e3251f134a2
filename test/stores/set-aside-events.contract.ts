import { describe, expect, it } from '@jest/globals';
import type { Notice } from '../../lambdas/shared/contract/notices';
import { setAsideKey, type SetAsideEvent, type SetAsideEventStore } from '../../lambdas/shared/stores/set-aside-events';

export interface SetAsideEvents {
  store: SetAsideEventStore;
  /** What is in the outbox under this id. */
  told(noticeId: string): Promise<Notice | undefined>;
}

const AT = '2026-03-10T12:00:00.000Z';
const LATER = '2026-03-10T13:00:00.000Z';

const anEvent: SetAsideEvent = {
  kind: 'setAside',
  subscriptionId: undefined,
  usageEventPk: 's-1##x',
  reason: 'malformed',
  message: 'no',
  document: '{}',
};

const noticeIdOf = (event: SetAsideEvent): string => Object.values(setAsideKey(event)).join('#');

/** What every store of set-aside events does. */
export function setAsideEventsContract(name: string, given: () => Promise<SetAsideEvents>): void {
  describe(`set-aside events ${name}`, () => {
    it('are kept once', async () => {
      const { store } = await given();
      expect(await store.keep(anEvent, AT)).toBe(true);
      expect(await store.keep(anEvent, AT)).toBe(false);
      expect(await store.keep({ ...anEvent, document: '{"again":1}' }, AT)).toBe(true);
      expect(await store.keep({ ...anEvent, kind: 'overwritten' }, AT)).toBe(true);
    });

    it('are told of once, with when they were first kept', async () => {
      const { store, told } = await given();
      const event = { ...anEvent, subscriptionId: 's-1' };
      await store.keep(event, AT);
      await store.keep(event, LATER);
      expect(await told(noticeIdOf(event))).toEqual({
        ...{ kind: 'UsageRejected', schemaVersion: 1, noticeId: noticeIdOf(event), time: AT },
        ...{ subscriptionId: 's-1', reason: 'malformed', message: 'no', usageEventPk: 's-1##x' },
      });
    });

    it('are told of without a subscription when they name none', async () => {
      const { store, told } = await given();
      await store.keep(anEvent, AT);
      const notice = await told(noticeIdOf(anEvent));
      expect(notice).toMatchObject({ kind: 'UsageRejected', noticeId: expect.stringMatching(/^unknown#setAside#/) });
      expect(notice?.subscriptionId).toBeUndefined();
    });

    it('are kept and told of however long the item is and whatever there is to say of it', async () => {
      const { store, told } = await given();
      const [message, document] = ['a tag is wrong; '.repeat(40_000), '€'.repeat(400_000)];
      const event = { ...anEvent, message, document };
      expect(await store.keep(event, AT)).toBe(true);
      expect(await store.keep(event, AT)).toBe(false);
      expect(await told(noticeIdOf(event))).toMatchObject({ reason: 'malformed' });
    });
  });
}
