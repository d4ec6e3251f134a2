import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { MarketplaceFunction, type MarketplaceFunctionProps } from '../../lib/marketplace-function';
import { aConfiguration, aStack, logicalId, propertiesOf } from './synthesized';

const TYPE = 'AWS::Lambda::Function';

function theFunction(overrides: Partial<MarketplaceFunctionProps<'record-usage'>> = {}): Template {
  const stack = aStack();
  new MarketplaceFunction(stack, 'Function', {
    name: 'record-usage',
    configuration: parseSellerConfiguration(aConfiguration()),
    logRetention: RetentionDays.ONE_YEAR,
    metricsNamespace: 'Stack/Saas',
    ...overrides,
  });
  return Template.fromStack(stack);
}

describe('MarketplaceFunction', () => {
  const template = theFunction();

  it('runs on Node 24 on arm64', () => {
    template.hasResourceProperties(TYPE, { Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
  });

  it('traces, and logs JSON to its own log group with the requested retention', () => {
    template.hasResourceProperties(TYPE, {
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: logicalId(template, 'AWS::Logs::LogGroup') } },
    });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 365 }, DeletionPolicy: 'Retain' });
  });

  it('attaches no managed policy to its role', () => {
    expect(propertiesOf(template, 'AWS::IAM::Role')[0]?.ManagedPolicyArns).toBeUndefined();
  });

  it('prefers what the caller passes to its defaults', () => {
    theFunction({ memorySize: 3008 }).hasResourceProperties(TYPE, { MemorySize: 3008, Timeout: 20 });
  });
});
