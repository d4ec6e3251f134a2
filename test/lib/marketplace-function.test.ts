import { describe, expect, it } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { parseSellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { MarketplaceFunction, type MarketplaceFunctionProps } from '../../lib/marketplace-function';
import { aConfiguration, aStack } from './synthesized';

const TYPE = 'AWS::Lambda::Function';

function theFunction(overrides: Partial<MarketplaceFunctionProps> = {}): Template {
  const stack = aStack();
  new MarketplaceFunction(stack, 'Function', {
    verb: 'record-usage',
    configuration: parseSellerConfiguration(aConfiguration()),
    logRetention: RetentionDays.ONE_YEAR,
    metricsNamespace: 'Stack/Saas',
    ...overrides,
  });
  return Template.fromStack(stack);
}

describe('a function', () => {
  const template = theFunction();

  it('runs on Node 24 on arm64', () => {
    template.hasResourceProperties(TYPE, { Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
  });

  it('is traced, and logs JSON into a log group of its own that is kept as long as asked', () => {
    const [logGroup] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
    template.hasResourceProperties(TYPE, {
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: logGroup } },
    });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 365 }, DeletionPolicy: 'Retain' });
  });

  it('has no managed policy', () => {
    const [role] = Object.values(template.findResources('AWS::IAM::Role'));
    expect(role?.Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('takes what the caller gives over its defaults', () => {
    theFunction({ memorySize: 3008 }).hasResourceProperties(TYPE, { MemorySize: 3008, Timeout: 15 });
  });
});
