import { describe, expect, it } from 'vitest';
import { POLICIES } from './promises/roles';
import { aTemplate, propertiesOf } from './synthesized';

const policies = propertiesOf(aTemplate(), 'AWS::IAM::Policy');
const statements: { Action: string | string[]; Resource: unknown }[] = policies.flatMap(
  ({ PolicyDocument }) => PolicyDocument.Statement,
);

/** `test/lib/promises/roles.ts` has every permission of every role. */
describe('the roles of the functions', () => {
  it('are all written down', () => {
    expect(policies).toHaveLength(Object.keys(POLICIES.lines).length);
  });

  it('allow on all resources only what AWS cannot scope: traces, and one action of AWS Marketplace each', () => {
    const unscoped = statements.filter(({ Resource }) => [Resource].flat().includes('*'));
    const actions = unscoped.flatMap(({ Action }) => Action);
    expect([...new Set(actions)].sort()).toEqual([
      'aws-marketplace:BatchMeterUsage',
      'aws-marketplace:GetEntitlements',
      'aws-marketplace:ResolveCustomer',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  it('never allow deleting an item or scanning a table', () => {
    expect(JSON.stringify(statements)).not.toMatch(/dynamodb:(\*|\w*Delete|Scan|BatchWriteItem|PartiQL)/);
  });
});
