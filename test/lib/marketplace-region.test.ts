import { describe, expect, it } from 'vitest';
import { ExplainedError } from '../../lib/explained-error';
import { aMarketplaceSaasStack, aTemplate } from './synthesized';

describe('the region of the stack', () => {
  it('fails with the reason when the region is not us-east-1', () => {
    const elsewhere = () => aMarketplaceSaasStack({ env: { region: 'eu-west-1' } });
    expect(elsewhere).toThrow(ExplainedError);
    expect(elsewhere).toThrow(
      'The stack MarketplaceSaas is set to the region eu-west-1.\n' +
        'This stack works in us-east-1 only: AWS Marketplace sends licence and agreement events to us-east-1, answers ' +
        'GetEntitlements nowhere else, and deduplicates usage per region, so a second region would bill twice.\n' +
        'Set the region and run again, for example: AWS_REGION=us-east-1 npx cdk synth',
    );
    expect(elsewhere).toThrow(expect.objectContaining({ name: 'ExplainedError' }));
  });

  it('lets CloudFormation check the region when the stack does not set it', () => {
    const rules = Object.values<{ Assertions: unknown[] }>(aTemplate({ env: {} }).toJSON().Rules);
    expect(rules.flatMap(({ Assertions }) => Assertions)).toContainEqual({
      Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      AssertDescription: expect.stringContaining('us-east-1 only'),
    });
  });
});
