import { afterAll, expect, it } from '@jest/globals';
import { putUsage, usageItem } from '../../proofs/actors/put-usage';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { LEGACY_PRODUCT } from './products';

const running = useFlow();
const operator = new Operator(running);

afterAll(() => operator.leave());

it('bills a customer who comes back for both periods, and tells of usage between them', async () => {
  const agreement = running.subscribe(LEGACY_PRODUCT);
  const subscriptionId = await running.register(agreement);
  await running.report([{ id: 'before', subscriptionId, quantity: 4 }]);
  await running.settled();
  running.marketplace.endAgreement(agreement.agreementId);
  await running.settled();
  await running.passQuarters(16);
  running.subscribe(LEGACY_PRODUCT, { accountId: agreement.accountId });
  await running.settled();
  // It is 13:20. The customer was away from 9:20 on.
  const between = '2026-07-14T11:30:00Z';
  expect(await running.report([{ id: 'between', subscriptionId, quantity: 7, time: between }])).toMatchObject([
    { status: 'rejected', reason: 'notSubscribedThen' },
  ]);
  // An application that puts items itself is not asked for the periods.
  const put = { subscriptionId, id: 'put', dimension: 'events', quantity: '7', timeMs: Date.parse(between) };
  await putUsage(running.usageEvents, usageItem(put, running.clock.now()));
  await running.report([{ id: 'after', subscriptionId, quantity: 5 }]);
  await running.settled();
  await running.passQuarters(6);
  expect(running.billed(agreement)).toEqual({ events: '9' });
  const own = running.notices().filter((notice) => notice.subscriptionId === subscriptionId);
  expect(own.filter(({ kind }) => kind === 'SubscriptionActivated')).toMatchObject([
    { activatedAt: expect.stringContaining('2026-07-14T09:20:') },
    { activatedAt: expect.stringContaining('2026-07-14T13:20:') },
  ]);
  expect(own.filter(({ kind }) => kind === 'MeteringRejected')).toMatchObject([
    { outcome: 'rejected', reason: 'notSubscribedThen', quantity: '7', hour: '2026-07-14T11' },
  ]);
  const { json } = await operator.ask('explain', subscriptionId, 'events', '2026-07-14T11');
  expect(json).toMatchObject({
    state: 'rejected',
    rejectedQuantity: '7',
    events: [{ key: '#put', rejected: 'notSubscribedThen' }],
    problems: [],
  });
  const { output } = await operator.run('rejected', '--since', '2026-07-14T00:00:00Z');
  expect(output).toContain('notSubscribedThen');
});
