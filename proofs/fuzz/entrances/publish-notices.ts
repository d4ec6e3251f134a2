import fc from 'fast-check';
import { createHandler } from '../../../lambdas/publish-notices/dependencies';
import type { Notice } from '../../../lambdas/shared/contract/notices';
import { damaged, mutatedMembers, oddJsonValue, toObjectText, type Member } from '../arbitraries/json-text';
import { oddText, oddTime, oneAndMore, weighted } from '../arbitraries/odd-values';
import { oddAttribute, oddImage, streamEvent, type Image } from '../arbitraries/stream-images';
import { anEntrance, failing } from '../entrance';
import { EventBusLimits } from '../event-bus-limits';
import { MARK, promise } from '../promises';
import { invoke } from '../surroundings';

interface Item {
  image: Image;
  good?: Notice;
}

function aNotice(version: number): Notice {
  return {
    kind: 'SubscriptionActivated',
    schemaVersion: 1,
    subscriptionId: `s-good-${version}`,
    version: version + 1,
    time: '2026-03-10T12:00:00.000Z',
    productCode: 'product',
    state: 'active',
    freeTrial: false,
    activatedAt: '2026-03-10T12:00:00.000Z',
  };
}

const toImage = (notice: string): Image => ({ pk: { S: MARK }, sk: { N: '1' }, notice: { S: notice.toWellFormed() } });

function oddField(name: string): fc.Arbitrary<string> {
  const texts = fc.oneof(
    oddText,
    fc.constantFrom(2_000, 300_000).map((length) => 'x'.repeat(length)),
  );
  const fitting: Record<string, fc.Arbitrary<string>> = {
    time: oddTime.map((time) => JSON.stringify(time)),
    kind: fc.constantFrom('"SubscriptionEnding"', '"RegistrationCompleted"', '"__proto__"', '"toString"'),
    version: fc.constantFrom('0', '1e400', '9007199254740993', '1.5'),
  };
  const odd = fitting[name] ?? texts.map((text) => JSON.stringify(text));
  return weighted([3, odd], [1, oddJsonValue]);
}

/** An item that somebody else put into the outbox. */
const foreign = (index: number): fc.Arbitrary<Image> => {
  const members = Object.entries(aNotice(index)).map(([name, value]): Member => [
    name,
    JSON.stringify(name === 'subscriptionId' ? `s-bad-${index}` : value),
  ]);
  const notice = damaged(mutatedMembers(members, oddField).map(toObjectText));
  return weighted(
    [6, notice.map(toImage)],
    [1, oddImage],
    [1, oddAttribute.map((attribute): Image => ({ ...toImage(''), notice: attribute }))],
  );
};

const item = (index: number): fc.Arbitrary<Item> => {
  const good = aNotice(index);
  return weighted(
    [2, fc.constant<Item>({ image: toImage(JSON.stringify(good)), good })],
    [3, foreign(index).map((image): Item => ({ image }))],
  );
};

/** The stream of the outbox: our notices, and items that others put there. */
export const publishNoticesEntrance = anEntrance({
  name: 'Notices stream',
  service: 'publish-notices',
  cases: fc.record({ items: oneAndMore(12, item), failing }),
  async take({ items, failing: isDown }, { ports }) {
    const bus = new EventBusLimits(isDown);
    const run = createHandler({ ...ports, eventBridge: bus.client }, { eventBusName: 'bus' });
    const { batchItemFailures } = await invoke(run, streamEvent(items.map(({ image }) => ({ newImage: image }))));
    if (isDown) return 'bus down';
    promise(bus.refusals.length === 0, `EventBridge refused a call: ${bus.refusals[0]}`);
    promise(batchItemFailures.length === 0, 'a bad item blocks the stream');
    const published = bus.published.map((notice) => JSON.stringify(notice));
    for (const { good } of items) {
      const times = good === undefined ? 1 : published.filter((notice) => notice === JSON.stringify(good)).length;
      promise(times === 1, `a good notice was published ${times} times`);
    }
    return [
      ...(published.length > 0 ? ['published'] : []),
      ...(published.length < items.length ? ['passed over'] : []),
    ];
  },
});
