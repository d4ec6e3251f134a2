import { afterAll, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { LICENSE_PRODUCT, LIMITED_PRODUCT } from './products';

const running = useFlow();
const operator = new Operator(running);
const decided = ['--reason', 'wrongQuantity', '--ticket', 'OPS-7', '--by', 'sam', '--apply'];

afterAll(() => operator.leave());

it('holds a product back in the middle of an hour, says so everywhere, and bills it after the release', async () => {
  const { agreement, subscriptionId } = await running.givenBuyer();
  await running.report([{ id: '1', subscriptionId, quantity: 7 }]);
  expect((await operator.run('hold', '--product', LICENSE_PRODUCT, '--reason', 'tested')).output).toContain('dry run');
  const scope = ['--product', LICENSE_PRODUCT, '--dimension', 'events'];
  expect((await operator.run('hold', ...scope, ...decided)).exitCode).toBe(0);
  expect((await operator.run('hold', ...scope, ...decided)).errors).toContain('on hold already');
  await running.passQuarters(6);
  expect(running.billed(agreement)).toEqual({});
  const { json: stuck } = await operator.ask('stuck', '--older-than', '1');
  expect(stuck.hours).toMatchObject([{ subscriptionId, state: 'open', reason: 'onHold' }]);
  const { json: explained } = await operator.ask('explain', subscriptionId, 'events', '2026-07-14T09');
  expect(explained).toMatchObject({ state: 'open', held: 'onHold' });
  const asked = await running.application.ask(`/subscriptions/${subscriptionId}`);
  expect(asked).toMatchObject({ heldHours: [{ hour: '2026-07-14T09', dimension: 'events', reason: 'onHold' }] });
  expect((await operator.ask('hold', '--list')).json).toMatchObject({
    holds: [{ scope: `product#${LICENSE_PRODUCT}#events`, by: 'sam' }],
    decisions: [{ done: 'hold', by: 'sam', reason: 'wrongQuantity', ticket: 'OPS-7' }],
  });
  expect((await operator.run('release', ...scope, '--reason', 'tested')).output).toContain('and 1 hour.');
  const released = await operator.run('release', ...scope, ...decided);
  expect([released.exitCode, released.output]).toEqual([0, expect.stringContaining('1 hour will be sent by a run')]);
  await running.settled();
  expect(running.billed(agreement)).toEqual({ events: '7' });
  expect((await operator.run('release', ...scope, ...decided)).errors).toContain('not on hold');
  expect((await operator.run('hold', '--list')).output).toContain('Nothing is on hold.');
});

it('holds an hour above its maximum until the operator names its quantity', async () => {
  const { agreement, subscriptionId } = await running.givenBuyer(LIMITED_PRODUCT);
  await running.report([{ id: 'too much', subscriptionId, quantity: 1000.5 }]);
  const [hour = ''] = new Date(running.clock.now()).toISOString().match(/^.{13}/) ?? [];
  await running.passQuarters(6);
  expect(running.billed(agreement)).toEqual({});
  const told = running.notices().flatMap((notice) => (notice.kind === 'UsageHeld' ? [notice] : []));
  expect(told).toMatchObject([{ subscriptionId, hour, quantity: '1000.5', maxPerHour: '1000' }]);
  const key = ['--subscription', subscriptionId, '--dimension', 'events', '--hour', hour];
  expect((await operator.run('release', ...key, '--quantity', '1000', ...decided)).errors).toContain(
    'would bill 1000.5',
  );
  expect((await operator.run('release', ...key, '--quantity', '1000.5', ...decided)).exitCode).toBe(0);
  await running.settled();
  expect(running.billed(agreement)).toEqual({ events: '1000.5' });
});

it.each([
  ['nothing to hold', ['hold', '--reason', 'tested'], 'Give either --product or --subscription.'],
  ['no reason', ['hold', '--product', LICENSE_PRODUCT], 'Say why: --reason'],
  ['an unknown product', ['hold', '--product', 'x', '--reason', 'tested'], 'The configuration has no product x.'],
  [
    'an unknown dimension',
    ['hold', '--product', LICENSE_PRODUCT, '--dimension', 'x', '--reason', 'tested'],
    'no dimension x',
  ],
  ['an hour without its quantity', ['release', '--hour', '2026-07-14T09', '--reason', 'tested'], 'Give --subscription'],
])('explains a call with %s', async (_name, args, sentence) => {
  const { exitCode, errors } = await operator.run(...args);
  expect([exitCode, errors]).toEqual([2, expect.stringContaining(sentence)]);
});
