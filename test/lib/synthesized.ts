import { readFileSync } from 'node:fs';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { SellerConfigurationInput } from '../../lambdas/shared/contract/seller-configuration';
import { MarketplaceSaasStack, type MarketplaceSaasStackProps } from '../../lib/marketplace-saas-stack';

/** The least a seller has to write. */
export function aConfiguration(overrides: Partial<SellerConfigurationInput> = {}): SellerConfigurationInput {
  return {
    products: [
      {
        productCode: 'productcode0',
        name: 'A product',
        pricingModel: 'subscription',
        dimensions: [{ apiName: 'requests', unit: 'request' }],
      },
    ],
    support: { email: 'support@example.com' },
    ...overrides,
  };
}

/**
 * An app with the flags of `cdk.json`, but quick: it leaves the functions unbundled, because their code is not what is
 * looked at, and CDK's own check of the template, which takes seconds to get going, to `cdk synth`.
 */
export function anApp(): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  return new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
  });
}

/** A stack of another app, in which a construct under test stands alone. */
export function aStack(props: StackProps = { env: { region: 'us-east-1' } }): Stack {
  return new Stack(anApp(), 'Stack', props);
}

export function aMarketplaceSaasStack(overrides: Partial<MarketplaceSaasStackProps> = {}): MarketplaceSaasStack {
  return new MarketplaceSaasStack(anApp(), 'MarketplaceSaas', {
    configuration: aConfiguration(),
    env: { region: 'us-east-1' },
    ...overrides,
  });
}

export function aTemplate(overrides: Partial<MarketplaceSaasStackProps> = {}): Template {
  return Template.fromStack(aMarketplaceSaasStack(overrides));
}
