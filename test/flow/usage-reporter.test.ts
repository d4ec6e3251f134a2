import { expect, it } from 'vitest';
import { UsageReporter, type Rejection, type ReportedUsage } from '../../reporter';
import { useFlow } from './a-running-stack';

const running = useFlow();

it('bills exactly what a usage reporter took, through lost answers, and tells what is not usage', async () => {
  const { agreement, subscriptionId } = await running.givenBuyer();
  const rejected: [ReportedUsage, Rejection][] = [];
  let requests = 0;
  const reporter = await UsageReporter.start({
    url: `${running.stack.url}/usage`,
    onRejected: (...told) => void rejected.push(told),
    onProblem: () => undefined,
    firstPauseMs: 1,
    ports: {
      now: () => running.clock.now(),
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        requests += 1;
        // The stack has stored these events; the application does not hear of it.
        if (requests === 1) throw new Error('The connection was lost.');
        return response;
      },
    },
  });
  for (let n = 0; n < 250; n += 1) reporter.report({ subscriptionId, dimension: 'events', quantity: 0.1 });
  reporter.report({ subscriptionId, dimension: 'events', quantity: '0.000000000000000001' });
  reporter.report({ id: 'wrong', subscriptionId, dimension: 'Events', quantity: 1000n });

  expect(await reporter.close({ withinMs: 60_000 })).toBe(0);
  expect(rejected.map(([{ id }, { reason }]) => [id, reason])).toEqual([['wrong', 'unknownDimension']]);
  expect(requests).toBe(4);
  await running.settled();
  await running.stack.runHour();
  expect(running.billed(agreement)).toEqual({ events: '25' });
});
