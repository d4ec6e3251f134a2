import { readFileSync } from 'node:fs';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';
import { MarketplaceSaasStack, type MarketplaceSaasStackProps } from '../../lib/marketplace-saas-stack';

type ProductInput = SellerConfiguration['products'][number];

export function aProduct(overrides: Partial<ProductInput> = {}): ProductInput {
  return {
    productCode: 'productcode0',
    name: 'A product',
    pricingModel: 'subscription',
    dimensions: [{ apiName: 'requests', unit: 'request' }],
    ...overrides,
  };
}

/** The least a seller has to write. */
export function aConfiguration(overrides: Partial<SellerConfiguration> = {}): SellerConfiguration {
  return { products: [aProduct()], support: { email: 'support@example.com' }, ...overrides };
}

/** A domain name with the certificate and the hosted zone that another stack made. */
export function aDomain() {
  const elsewhere = new Stack(new App(), 'Elsewhere');
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/c';
  const zone = { hostedZoneId: 'Z1', zoneName: 'example.com' };
  return {
    domainName: 'buy.example.com',
    certificate: Certificate.fromCertificateArn(elsewhere, 'Certificate', certificateArn),
    hostedZone: HostedZone.fromHostedZoneAttributes(elsewhere, 'Zone', zone),
  };
}

/**
 * An app with the flags of `cdk.json`, but fast. It leaves the functions unbundled, because no test looks at their code
 * here. It skips CDK's own validation, which takes seconds to start; `cdk synth` runs that.
 */
function anApp(): App {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
  return new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false,
  });
}

/** An empty stack for the construct under test. */
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

let byDefault: Template | undefined;

/** The template of the default stack is synthesized once per test file. */
export function aTemplate(overrides?: Partial<MarketplaceSaasStackProps>): Template {
  if (overrides !== undefined) return Template.fromStack(aMarketplaceSaasStack(overrides));
  byDefault ??= Template.fromStack(aMarketplaceSaasStack());
  return byDefault;
}

/** The properties of every resource of a type. */
export function propertiesOf(template: Template, type: string) {
  return Object.values(template.findResources(type)).map(({ Properties }) => Properties);
}

/** The logical id of the only resource of a type whose id matches. */
export function logicalId(template: Template, type: string, name = /./): string {
  const ids = Object.keys(template.findResources(type)).filter((id) => name.test(id));
  if (ids.length !== 1) throw new Error(`Expected one ${type} that matches ${name}, found ${ids.length}`);
  return ids[0] ?? '';
}
