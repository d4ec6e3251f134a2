import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';

const DAY = '2026-07-14';
const MONTH = ['--month', '2026-07'];

const running = useFlow({ mayFail: true });
const operator = new Operator(running);

interface Buyer {
  agreement: Agreement;
  subscriptionId: string;
}
let [lostAnswer, lostCall]: Partial<Buyer>[] = [];

/**
 * Two buyers use something in the hour that begins at 9. Of the first, AWS takes 2 more in the hour at 10, and its answer is
 * lost; of the second, the call that should bring 3 more in the hour at 11 never arrives. Both hours end unconfirmed.
 */
beforeAll(async () => {
  const [first, second] = [await running.givenBuyer(), await running.givenBuyer()];
  [lostAnswer, lostCall] = [first, second];
  const report = (subscriptionId: string, id: string, quantity: string) =>
    running.report([{ id, subscriptionId, quantity }]);
  await report(first.subscriptionId, 'a', '5');
  await report(second.subscriptionId, 'b', '4');
  await running.stack.runHour();
  await report(first.subscriptionId, 'c', '2');
  running.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', rate: 1 });
  await running.stack.runHour();
  running.marketplace.clearFaults();
  running.marketplace.plantFault({ kind: 'dropBeforeCommit', operation: 'BatchMeterUsage', rate: 1 });
  await report(second.subscriptionId, 'd', '3');
  for (let hour = 0; hour < 27; hour += 1) await running.stack.runHour();
  running.marketplace.clearFaults();
});

afterAll(() => operator.leave());

const differences = async (...args: string[]) =>
  (await operator.ask('reconcile', ...MONTH, ...args)).json.billed.differences;

describe('what AWS billed', () => {
  it('is the third column of a reconciliation, and says which days the feed may not have yet', async () => {
    const { json } = await operator.ask('reconcile', ...MONTH);
    expect(json.billed).toMatchObject({ source: "the simulator's Daily Usage data feed" });
    expect(json.billed.totals).toMatchObject([{ dimension: 'events', used: '14', submitted: '14', billed: '11' }]);
    expect(json.billed.differences).toMatchObject([{ kind: 'unconfirmedBilled' }, { kind: 'lateRefresh' }]);
  });
});
