import { describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import type { MarketplaceSaasProps } from '../../lib/marketplace-saas';
import { FRONT_DOOR_HEADERS } from '../../lambdas/shared/contract/front-door';
import { aMarketplaceSaasStack } from './synthesized';

const elsewhere = new Stack(new App(), 'Elsewhere');
const domainName = 'buy.example.com';
const certificate = Certificate.fromCertificateArn(
  elsewhere,
  'Certificate',
  'arn:aws:acm:us-east-1:111122223333:certificate/c',
);
const hostedZone = HostedZone.fromHostedZoneAttributes(elsewhere, 'Zone', {
  hostedZoneId: 'Z1',
  zoneName: 'example.com',
});

function synthesized(props: Partial<MarketplaceSaasProps>) {
  const stack = aMarketplaceSaasStack(props);
  const { registrationUrl, usageUrl, subscriptionsUrl, registrationExchangeUrl } = stack.saas;
  const signed = [usageUrl, subscriptionsUrl, registrationExchangeUrl].map((url): unknown => stack.resolve(url));
  return { template: Template.fromStack(stack), registrationUrl: stack.resolve(registrationUrl), signed };
}

const plain = synthesized({});
const named = synthesized({
  ...{ domainName, certificate, hostedZone },
  signedThrottle: { rateLimit: 7, burstLimit: 8 },
});
const guarded = synthesized({ firewall: true });
const guardedAndNamed = synthesized({ firewall: true, domainName, certificate, hostedZone });

describe('the address that buyers come to', () => {
  it('needs nothing that costs, unless asked', () => {
    for (const type of ['CloudFront::Distribution', 'WAFv2::WebACL', 'SecretsManager::Secret', 'Route53::RecordSet']) {
      plain.template.resourceCountIs(`AWS::${type}`, 0);
    }
    plain.template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });

  it("has the seller's name when it is given, and is found under it", () => {
    expect(named.registrationUrl).toBe('https://buy.example.com/register');
    named.template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: domainName });
    named.template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: '$default' });
    for (const Type of ['A', 'AAAA']) {
      named.template.hasResourceProperties('AWS::Route53::RecordSet', { Name: `${domainName}.`, Type });
    }
  });

  it('leaves the application as many calls as the seller says', () => {
    named.template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 8 },
    });
  });

  it('needs the name and its certificate together', () => {
    for (const props of [{ domainName }, { certificate }, { hostedZone }]) {
      expect(() => synthesized(props)).toThrow('domainName and certificate together');
    }
  });

  it("is CloudFront's with a firewall, under its name or the seller's", () => {
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

  it("leaves the application's at the API, because a signature holds for one host", () => {
    for (const { signed } of [named, guarded, guardedAndNamed]) expect(signed).toEqual(plain.signed);
  });
});

describe('the firewall', () => {
  const { template } = guarded;
  const [distribution] = Object.values(template.findResources('AWS::CloudFront::Distribution'));
  const { WebACLId, DefaultCacheBehavior, Origins } = distribution?.Properties.DistributionConfig;

  it('stands in front of every request: limits each address, and knows bad ones', () => {
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

  it('keeps no answer, and passes on what the page needs', () => {
    expect(DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'redirect-to-https',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    const [viewerFunction] = Object.values(template.findResources('AWS::CloudFront::Function'));
    const handler = new Function(`${viewerFunction?.Properties.FunctionCode}; return handler;`)();
    const headers = { host: { value: 'buy.example.com' }, [FRONT_DOOR_HEADERS.viewerHost]: { value: 'evil.example' } };
    expect(handler({ request: { headers } }).headers[FRONT_DOOR_HEADERS.viewerHost].value).toBe('buy.example.com');
  });

  it('shares a secret with the functions that browsers call, and with no other; the template does not hold it', () => {
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
