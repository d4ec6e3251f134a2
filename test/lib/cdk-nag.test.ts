import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { MarketplaceSaasStack, MarketplaceSaasStackProps } from '../../lib/marketplace-saas-stack';
import { aMarketplaceSaasStack } from './synthesized';

/** A rule, or one of its findings, at a construct. */
interface Finding {
  id: string;
  path: string;
}

function findings(stack: MarketplaceSaasStack): Finding[] {
  return [AwsSolutionsChecks, ServerlessChecks]
    .flatMap((Checks) => new Checks(stack).validateScope(stack).violations)
    .flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
    );
}

/** Acknowledgements as cdk-nag reads them. */
function acknowledgements(stack: MarketplaceSaasStack): Finding[] {
  return stack.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.keys(data))
      .map((id) => ({ id: id.replace(/^annotation::/i, ''), path: node.path })),
  );
}

const named = (): Partial<MarketplaceSaasStackProps> => {
  const elsewhere = new Stack(new App(), 'Elsewhere');
  const arn = 'arn:aws:acm:us-east-1:111122223333:certificate/c';
  return {
    domainName: 'buy.example.com',
    certificate: Certificate.fromCertificateArn(elsewhere, 'Certificate', arn),
    hostedZone: HostedZone.fromHostedZoneAttributes(elsewhere, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
  };
};

const VARIANTS: [name: string, props: () => Partial<MarketplaceSaasStackProps>][] = [
  ['as it is', () => ({})],
  ['with a domain', named],
  ['with a firewall', () => ({ firewall: true })],
  ['with a firewall and a domain', () => ({ ...named(), firewall: true })],
];

afterEach(() => {
  jest.restoreAllMocks();
});

describe('cdk-nag', () => {
  it.each(VARIANTS)('finds nothing in AwsSolutions and Serverless that is not acknowledged, %s', (_name, props) => {
    expect(findings(aMarketplaceSaasStack(props()))).toEqual([]);
  });

  it.each(VARIANTS)('would find each of what is acknowledged, %s', (_name, props) => {
    const acknowledged = acknowledgements(aMarketplaceSaasStack(props()));
    jest.spyOn(Validations.prototype, 'acknowledge').mockReturnValue();
    const found = findings(aMarketplaceSaasStack(props()));
    const idle = acknowledged.filter(
      ({ id, path }) => !found.some((finding) => finding.id === id && finding.path.startsWith(`${path}/`)),
    );
    expect(idle).toEqual([]);
    expect(found).not.toEqual([]);
  });
});
