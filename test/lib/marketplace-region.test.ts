import { describe, expect, it } from '@jest/globals';
import { ExplainedError } from '../../lib/explained-error';
import { aMarketplaceSaasStack, aTemplate } from './synthesized';

describe('the region of the stack', () => {
  it('fails with the reason when the region is not us-east-1', () => {
    const elsewhere = () => aMarketplaceSaasStack({ env: { region: 'eu-west-1' } });
    expect(elsewhere).toThrow(ExplainedError);
    expect(elsewhere).toThrow(/set to the region eu-west-1\.[^]*us-east-1 only: AWS Marketplace sends[^]*AWS_REGION=/);
  });

  it('lets CloudFormation check the region when the stack does not set it', () => {
    const rules = Object.values<{ Assertions: unknown[] }>(aTemplate({ env: {} }).toJSON().Rules);
    expect(rules.flatMap(({ Assertions }) => Assertions)).toContainEqual({
      Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      AssertDescription: expect.stringContaining('us-east-1 only'),
    });
  });
});
