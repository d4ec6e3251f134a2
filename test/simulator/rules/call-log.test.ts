import { expect, it } from 'vitest';
import { CallLog } from '../../../simulator/rules/call-log';
import { Marketplace } from '../../../simulator';
import { aScene, StoppedClock } from '../a-marketplace';

const aCall = (bytes = 1) => ({
  operation: 'BatchMeterUsage' as const,
  request: {},
  bytes,
  outcome: { kind: 'dropped' } as const,
  faults: [],
});

it('keeps the last calls, with numbers that go on', () => {
  const log = new CallLog(3);
  for (let made = 0; made < 5; made += 1) log.add(aCall(), made);
  expect(log.kept.map(({ number, atMs }) => [number, atMs])).toEqual([
    [3, 2],
    [4, 3],
    [5, 4],
  ]);
  expect(log.made).toBe(5);
});

it('keeps fewer of large requests, and the newest however large', () => {
  const log = new CallLog(10);
  for (const bytes of [1, 40, 40, 400]) log.add(aCall(bytes * 1024 * 1024), 0);
  expect(log.kept.map(({ number }) => number)).toEqual([4]);
  log.add(aCall(), 0);
  expect(log.kept.map(({ number }) => number)).toEqual([5]);
});

it('keeps nothing unless it is asked to: a simulation makes millions of calls', () => {
  const { marketplace, aRecord } = aScene();
  marketplace.call('BatchMeterUsage', { UsageRecords: [aRecord()] });
  expect([marketplace.callLog().made, marketplace.callLog().kept]).toEqual([1, []]);
});

it('names the planted faults of each call, and only of that call', () => {
  const marketplace = new Marketplace({ clock: new StoppedClock('2026-11-15T12:00:00Z'), keptCalls: 9 });
  const request = { RegistrationToken: 'x' };
  marketplace.call('ResolveCustomer', request);
  marketplace.plantFault({ kind: 'throttle', next: 1 });
  marketplace.call('ResolveCustomer', request);
  marketplace.call('ResolveCustomer', request);
  const { kept } = marketplace.callLog();
  expect(kept.map(({ faults }) => faults)).toEqual([[], ['throttle'], []]);
  expect(kept[0]).toMatchObject({ request, outcome: { kind: 'failed', error: { type: 'InvalidTokenException' } } });
});
