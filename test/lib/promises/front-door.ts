import type { Promised } from './promised';

/** What only a stack with `firewall` has. */
export const WEB_ACLS: Promised = {
  type: 'AWS::WAFv2::WebACL',
  always: { Properties: { Scope: 'CLOUDFRONT', DefaultAction: { Allow: {} } } },
  read: ({ Properties: { Rules, VisibilityConfig } }) => [
    ...Rules.map(
      ({ Name, Priority, Action, OverrideAction, Statement, VisibilityConfig: seen }: Record<string, object>) =>
        [Priority, Name, ...[Action ?? OverrideAction, Statement, seen].map((each) => JSON.stringify(each))].join(' '),
    ),
    JSON.stringify(VisibilityConfig),
  ],
  lines: {
    PublicEntranceFrontDoorWebAcl: [
      '0 CallsPerAddress {"Block":{}} {"RateBasedStatement":{"AggregateKeyType":"IP","Limit":300}} {"CloudWatchMetricsEnabled":true,"MetricName":"CallsPerAddress","SampledRequestsEnabled":false}',
      '1 AWSManagedRulesAmazonIpReputationList {"None":{}} {"ManagedRuleGroupStatement":{"Name":"AWSManagedRulesAmazonIpReputationList","VendorName":"AWS"}} {"CloudWatchMetricsEnabled":true,"MetricName":"AWSManagedRulesAmazonIpReputationList","SampledRequestsEnabled":false}',
      '2 AWSManagedRulesKnownBadInputsRuleSet {"None":{}} {"ManagedRuleGroupStatement":{"Name":"AWSManagedRulesKnownBadInputsRuleSet","VendorName":"AWS"}} {"CloudWatchMetricsEnabled":true,"MetricName":"AWSManagedRulesKnownBadInputsRuleSet","SampledRequestsEnabled":false}',
      '{"CloudWatchMetricsEnabled":true,"MetricName":"FrontDoor","SampledRequestsEnabled":false}',
    ],
  },
};

export const DISTRIBUTIONS: Promised = {
  type: 'AWS::CloudFront::Distribution',
  always: {
    Properties: {
      DistributionConfig: {
        Enabled: true,
        IPV6Enabled: true,
        HttpVersion: 'http2',
        WebACLId: 'PublicEntranceFrontDoorWebAcl',
        DefaultCacheBehavior: {
          Compress: true,
          ViewerProtocolPolicy: 'redirect-to-https',
          // AWS's own policies CachingDisabled and AllViewerExceptHostHeader.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        },
      },
    },
  },
  read: ({ Properties: { DistributionConfig } }) => [
    ...DistributionConfig.DefaultCacheBehavior.FunctionAssociations.map((each: object) => JSON.stringify(each)),
    ...DistributionConfig.Origins.map(({ Id, ...origin }: { Id: string }) => {
      const isDefault = Id === DistributionConfig.DefaultCacheBehavior.TargetOriginId;
      return `${isDefault ? 'default: ' : ''}${JSON.stringify(origin)}`;
    }),
  ],
  lines: {
    PublicEntranceFrontDoorDistribution: [
      '{"EventType":"viewer-request","FunctionARN":"PublicEntranceFrontDoorNoteViewerHost.FunctionARN"}',
      'default: {"CustomOriginConfig":{"OriginProtocolPolicy":"https-only","OriginSSLProtocols":["TLSv1.2"]},"DomainName":{"Fn::Select":[2,{"Fn::Split":["/","PublicApi.ApiEndpoint"]}]},"OriginCustomHeaders":[{"HeaderName":"x-front-door-secret","HeaderValue":"{{resolve:secretsmanager:PublicEntranceFrontDoorSecret:SecretString:::}}"}]}',
    ],
  },
};

export const SECRETS: Promised = {
  type: 'AWS::SecretsManager::Secret',
  // It opens nothing once its distribution is gone.
  always: { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' },
  read: ({ Properties: { GenerateSecretString } }) => [JSON.stringify(GenerateSecretString)],
  lines: {
    PublicEntranceFrontDoorSecret: ['{"ExcludePunctuation":true,"PasswordLength":64}'],
  },
};

export const VIEWER_FUNCTIONS: Promised = {
  type: 'AWS::CloudFront::Function',
  always: { Properties: { AutoPublish: true } },
  read: ({ Properties: { FunctionCode, FunctionConfig } }) => [FunctionConfig.Runtime, ...FunctionCode.split('\n')],
  lines: {
    PublicEntranceFrontDoorNoteViewerHost: [
      'cloudfront-js-2.0',
      'function handler(event) {',
      '  var request = event.request;',
      "  request.headers['x-front-door-host'] = { value: request.headers.host.value };",
      '  return request;',
      '}',
    ],
  },
};
