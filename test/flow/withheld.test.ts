import { afterAll, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { TESTED_PRODUCT } from './products';

const running = useFlow();
const operator = new Operator(running);

afterAll(() => operator.leave());

it('bills a product exactly from its first live hour on, and withholds late usage of the test', async () => {
  const { agreement, subscriptionId } = await running.givenBuyer(TESTED_PRODUCT);
  const use = (id: string, quantity: number, time: string) =>
    running.report([{ id, subscriptionId, quantity, time: `2026-07-14T${time}:00Z` }]);
  await use('test', 3, '09:20');
  await running.passQuarters(6);
  // It is 10:50. The hour of 09:00 is closed, so its late usage moves on to the hour of 10:00.
  await use('late', 4, '09:30');
  await use('last', 5, '10:45');
  await running.passQuarters(1);
  await use('live', 20, '11:02');
  await running.passQuarters(4);
  // Usage of the test that lands in the second live hour.
  await use('latest', 6, '10:59');
  await use('second', 10, '12:03');
  await running.passQuarters(5);
  expect(running.billed(agreement)).toEqual({ events: '30' });
  const { json } = await operator.ask('hours', subscriptionId);
  expect(json.totals).toMatchObject([{ used: '48', billed: '30', withheld: '18', exact: true }]);
  const explained = await operator.ask('explain', subscriptionId, 'events', '2026-07-14T12');
  expect(explained.json).toMatchObject({
    state: 'billed',
    withheldQuantity: '6',
    events: expect.arrayContaining([expect.objectContaining({ key: '#latest', notBilled: 'withheld' })]),
    problems: [],
  });
  const told = running.notices().flatMap((notice) => (notice.kind === 'UsageWithheld' ? [notice] : []));
  expect(told.map(({ hour, quantity }) => [hour, quantity])).toEqual([
    ['2026-07-14T09', '3'],
    ['2026-07-14T10', '9'],
    ['2026-07-14T12', '6'],
  ]);
  await expect(running.application.ask(`/subscriptions/${subscriptionId}`)).resolves.toMatchObject({
    lastOutcomes: expect.arrayContaining([expect.objectContaining({ state: 'withheld', withheld: '9' })]),
  });
});
