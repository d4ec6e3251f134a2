import fc from 'fast-check';
import { createHandler } from '../../../lambdas/publish-notices/dependencies';
import type { Notice } from '../../../lambdas/shared/contract/notices';
import { damaged, mutatedMembers, oddJsonValue, toObjectText, type Member } from '../arbitraries/json-text';
import { oddText, oddTime } from '../arbitraries/odd-values';
import { oddAttribute, oddImage, streamEvent, type Image } from '../arbitraries/stream-images';
import { anEntrance } from '../entrance';
import { EventBusLimits } from '../event-bus-limits';
import { asDelivered, CONTEXT, Surroundings } from '../invoke';
import { MARK, promise } from '../promises';

const METRICS = new Set(['NoticesPublished', 'NoticesFailed', 'NoticesUnreadable']);

interface Item {
  image: Image;
  good?: Notice;
}
interface Case {
  items: Item[];
  failing: boolean;
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
  return fc.oneof({ weight: 3, arbitrary: odd }, { weight: 1, arbitrary: oddJsonValue });
}

/** An item that somebody else put into the outbox. */
const foreign = (index: number): fc.Arbitrary<Image> => {
  const members = Object.entries(aNotice(index)).map(([name, value]): Member => [
    name,
    JSON.stringify(name === 'subscriptionId' ? `s-bad-${index}` : value),
  ]);
  const notice = damaged(mutatedMembers(members, oddField).map(toObjectText));
  return fc.oneof(
    { weight: 6, arbitrary: notice.map(toImage) },
    { weight: 1, arbitrary: oddImage },
    { weight: 1, arbitrary: oddAttribute.map((attribute): Image => ({ ...toImage(''), notice: attribute })) },
  );
};

const item = (index: number): fc.Arbitrary<Item> => {
  const good = aNotice(index);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<Item>({ image: toImage(JSON.stringify(good)), good }) },
    { weight: 3, arbitrary: foreign(index).map((image): Item => ({ image })) },
  );
};

/** The stream of the outbox: our notices, and items that others put there. */
export const publishNoticesEntrance = anEntrance<Case>({
  name: 'Notices stream',
  cases: fc.record({
    items: fc.nat({ max: 12 }).chain((count) => fc.tuple(...Array.from({ length: count + 1 }, (_, n) => item(n)))),
    failing: fc.nat({ max: 20 }).map((n) => n === 0),
  }),
  async take({ items, failing }) {
    const surroundings = new Surroundings(METRICS);
    const bus = new EventBusLimits();
    Object.assign(surroundings.limits, { failing });
    bus.failing = failing;
    const run = createHandler({ ...surroundings.ports, eventBridge: bus.client }, { eventBusName: 'bus' });
    const { batchItemFailures } = await run(
      asDelivered(streamEvent(items.map(({ image }) => ({ newImage: image })))),
      CONTEXT,
    );
    surroundings.promiseQuiet();
    if (failing) return 'bus down';
    promise(bus.refusals.length === 0, `EventBridge was asked for what it refuses: ${bus.refusals[0]}`);
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
