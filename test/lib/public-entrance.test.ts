import { describe, expect, it } from 'vitest';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { MarketplaceSaasProps } from '../../lib/marketplace-saas-props';
import { ExplainedError } from '../../lib/explained-error';
import { FRONT_DOOR_HEADERS } from '../../lambdas/shared/contract/front-door';
import { resourcesOf } from './promises/promised';
import { aDomain, aMarketplaceSaasStack, propertiesOf } from './synthesized';

const domain = aDomain();
const { domainName, certificate, hostedZone } = domain;

function synthesized(props: Partial<MarketplaceSaasProps>) {
  const stack = aMarketplaceSaasStack(props);
  const { registrationUrl, usageUrl, subscriptionsUrl, registrationExchangeUrl } = stack.saas;
  const signed = [usageUrl, subscriptionsUrl, registrationExchangeUrl].map((url): unknown => stack.resolve(url));
  return { template: Template.fromStack(stack), registrationUrl: stack.resolve(registrationUrl), signed };
}

function recordsOf(template: Template): string[] {
  return [...resourcesOf(template.toJSON().Resources).values()]
    .filter(({ Type }) => Type === 'AWS::Route53::RecordSet')
    .map(({ Properties: { Type, Name, HostedZoneId, AliasTarget } }) => {
      return `${Type} ${Name} in ${HostedZoneId} → ${AliasTarget.DNSName}`;
    });
}

const plain = synthesized({});
const named = synthesized({ ...domain, signedThrottle: { rateLimit: 7, burstLimit: 8 } });
const guarded = synthesized({ firewall: true });
const guardedAndNamed = synthesized({ ...domain, firewall: true });

describe('the registration URL', () => {
  it('adds no resource that costs extra unless requested', () => {
    for (const type of ['CloudFront::Distribution', 'WAFv2::WebACL', 'SecretsManager::Secret', 'Route53::RecordSet']) {
      plain.template.resourceCountIs(`AWS::${type}`, 0);
    }
    plain.template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });

  it("serves the registration URL under the seller's domain name, with its DNS records", () => {
    expect(named.registrationUrl).toBe('https://buy.example.com/register');
    named.template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: domainName });
    named.template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    for (const Type of ['A', 'AAAA']) {
      named.template.hasResourceProperties('AWS::Route53::RecordSet', { Name: `${domainName}.`, Type });
    }
  });

  it("points the seller's domain name at the API, which serves it with the seller's certificate", () => {
    const resources = resourcesOf(named.template.toJSON().Resources);
    expect(resources.get('PublicEntranceDomainName')?.Properties.DomainNameConfigurations).toEqual([
      { CertificateArn: certificate.certificateArn, EndpointType: 'REGIONAL' },
    ]);
    expect(resources.get('PublicEntranceMapping')?.Properties).toEqual({
      ApiId: 'PublicApi',
      DomainName: 'PublicEntranceDomainName',
      Stage: '$default',
    });
    expect(recordsOf(named.template)).toEqual([
      'A buy.example.com. in Z1 → PublicEntranceDomainName.RegionalDomainName',
      'AAAA buy.example.com. in Z1 → PublicEntranceDomainName.RegionalDomainName',
    ]);
  });

  it("points the seller's domain name at CloudFront with a firewall", () => {
    expect(recordsOf(guardedAndNamed.template)).toEqual([
      'A buy.example.com. in Z1 → PublicEntranceFrontDoorDistribution.DomainName',
      'AAAA buy.example.com. in Z1 → PublicEntranceFrontDoorDistribution.DomainName',
    ]);
    const [distribution] = propertiesOf(guardedAndNamed.template, 'AWS::CloudFront::Distribution');
    expect(distribution?.DistributionConfig.ViewerCertificate.AcmCertificateArn).toBe(certificate.certificateArn);
  });

  it('creates no DNS record without a hosted zone', () => {
    for (const firewall of [false, true]) {
      const { registrationUrl, template } = synthesized({ domainName, certificate, firewall });
      expect(registrationUrl).toBe('https://buy.example.com/register');
      expect(recordsOf(template)).toEqual([]);
    }
  });

  it("throttles the application's calls to the configured rate", () => {
    named.template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
    });
  });

  it('requires domainName and certificate together', () => {
    for (const props of [{ domainName }, { certificate }, { hostedZone }]) {
      expect(() => synthesized(props)).toThrow(ExplainedError);
      expect(() => synthesized(props)).toThrow(
        /domainName and certificate together.*\.\nThe certificate must .* us-east-1 .* hostedZone, create the DNS records/,
      );
    }
  });

  it("serves the registration URL by CloudFront with a firewall, under CloudFront's domain name or the seller's", () => {
    expect(JSON.stringify(guarded.registrationUrl)).toMatch(/FrontDoorDistribution\w+","DomainName"\]\},"\/register"/);
    expect(guardedAndNamed.registrationUrl).toBe('https://buy.example.com/register');
    guardedAndNamed.template.hasResourceProperties('AWS::CloudFront::Distribution', {
      DistributionConfig: Match.objectLike({
        Aliases: [domainName],
        ViewerCertificate: Match.objectLike({ MinimumProtocolVersion: 'TLSv1.2_2021' }),
      }),
    });
    guardedAndNamed.template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });

  it("leaves the application's URLs at the API, because a signature is valid for one host", () => {
    for (const { signed } of [named, guarded, guardedAndNamed]) expect(signed).toEqual(plain.signed);
  });
});

describe('the firewall', () => {
  const { template } = guarded;
  const [distribution] = propertiesOf(template, 'AWS::CloudFront::Distribution');
  const { WebACLId, DefaultCacheBehavior, Origins } = distribution?.DistributionConfig;

  it('filters every request: by rate per IP address, reputation and known bad inputs', () => {
    const [[id, acl] = []] = Object.entries(template.findResources('AWS::WAFv2::WebACL'));
    expect(WebACLId).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(acl?.Properties.Scope).toBe('CLOUDFRONT');
    expect(acl?.Properties.Rules.map(({ Name }: { Name: string }) => Name)).toEqual([
      'CallsPerAddress',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    const visibilities = [acl?.Properties, ...acl?.Properties.Rules].map(({ VisibilityConfig }) => VisibilityConfig);
    expect(visibilities.every(({ SampledRequestsEnabled }) => SampledRequestsEnabled === false)).toBe(true);
  });

  it('caches nothing, and forwards what the page needs', () => {
    expect(DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    const [viewerFunction] = propertiesOf(template, 'AWS::CloudFront::Function');
    const handler = new Function(`${viewerFunction?.FunctionCode}; return handler;`)();
    const headers = { host: { value: 'buy.example.com' }, [FRONT_DOOR_HEADERS.viewerHost]: { value: 'evil.example' } };
    expect(handler({ request: { headers } }).headers[FRONT_DOOR_HEADERS.viewerHost].value).toBe('buy.example.com');
  });

  it('shares a secret with only the functions that browsers call, and keeps it out of the template', () => {
    const [secretId] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const reference = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secretId }, ':SecretString:::}}']] };
    expect(Origins[0].OriginCustomHeaders).toEqual([{ HeaderName: FRONT_DOOR_HEADERS.secret, HeaderValue: reference }]);
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    const knowing = functions.filter(([, { Properties }]) => Properties.Environment.Variables.FRONT_DOOR_SECRET);
    expect(knowing.map(([id]) => id.replace(/^Saas(\w+)[0-9A-F]{8}$/, '$1')).sort()).toEqual([
      'RegistrationsCompleteRegistration',
      'RegistrationsRegisterSubscription',
    ]);
    for (const [, { Properties }] of knowing) {
      expect(Properties.Environment.Variables.FRONT_DOOR_SECRET).toEqual(reference);
    }
  });
});
