import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../../local/stack/activity';
import type { LocalStack, StackUpdate } from '../../../../local/stack/local-stack';
import { Deployment } from '../../../../proofs/simulation/dynamodb/deployment';

function givenDeployment() {
  const updates: StackUpdate[] = [];
  const stack = { update: async (update: StackUpdate) => void updates.push(update) } as Partial<LocalStack>;
  return { updates, deployment: new Deployment(stack as LocalStack, { last: 'old', this: 'new' }) };
}

const failure = (source: string, message: string) => ({ kind: 'functionError', source, message }) as Failure;

describe('a deployment of the simulation', () => {
  it('begins with the last release, and gives a function the version that it does not run', async () => {
    const { updates, deployment } = givenDeployment();
    await deployment.exchange(['meter-usage']);
    expect([deployment.isMixed, String(deployment).includes('meter-usage')]).toEqual([true, false]);
    await deployment.exchange(['meter-usage']);
    expect([deployment.isMixed, String(deployment)]).toEqual([false, 'the last release']);
    await deployment.deploy('this');
    expect(updates).toEqual([
      { assembly: 'new', functions: ['meter-usage'] },
      { assembly: 'old', functions: ['meter-usage'] },
      { assembly: 'new' },
    ]);
  });

  it('knows only the harmless failures of an older meter-usage', () => {
    const { deployment } = givenDeployment();
    const unread = 'ZodError: [{ "path": ["quantity"] }]';
    expect(deployment.isKnown(failure('Saas/Metering/MeterUsage', unread))).toBe(true);
    expect(deployment.isKnown(failure('Saas/UsageTallies/AggregateUsage', unread))).toBe(false);
    expect(deployment.isKnown(failure('Saas/Metering/MeterUsage', 'Error: "quantity"'))).toBe(false);
    expect(deployment.isKnown(failure('Saas/Metering/MeterUsage', 'ZodError: [{ "path": ["state"] }]'))).toBe(false);
  });
});
