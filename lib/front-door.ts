import { Fn, Stack, Validations } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as ViewerFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { FRONT_DOOR_HEADERS } from '../lambdas/shared/contract/front-door';
import type { MarketplaceFunction } from './marketplace-function';

export interface FrontDoorProps {
  /** The API's `https://…` address. */
  readonly apiEndpoint: string;
  /** The functions that browsers call. They refuse requests that did not come through CloudFront. */
  readonly browserFunctions: readonly MarketplaceFunction[];
  readonly domainName?: string;
  readonly certificate?: ICertificate;
}

/** Per IP address in five minutes, for all public routes together. A buyer makes about five calls. */
const CALLS_PER_ADDRESS = 300;

/** Passes on the host that the browser asked for. The origin sees the API's host, and the page checks its own origin. */
const NOTE_VIEWER_HOST = `function handler(event) {
  var request = event.request;
  request.headers['${FRONT_DOOR_HEADERS.viewerHost}'] = { value: request.headers.host.value };
  return request;
}`;

/**
 * CloudFront with a firewall in front of the routes that browsers call. WAF cannot be attached to an HTTP API, so the
 * functions require a secret header that only CloudFront adds.
 */
export class FrontDoor extends Construct {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, props: FrontDoorProps) {
    super(scope, id);
    const { apiEndpoint, browserFunctions, domainName, certificate } = props;
    const secret = this.#secret();
    for (const fn of browserFunctions) fn.addVariables({ FRONT_DOOR_SECRET: secret });
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'AWS Marketplace SaaS',
      webAclId: this.#webAcl().attrArn,
      ...(domainName !== undefined && {
        domainNames: [domainName],
        certificate,
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      defaultBehavior: {
        origin: new HttpOrigin(Fn.select(2, Fn.split('/', apiEndpoint)), {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          originSslProtocols: [OriginSslPolicy.TLS_V1_2],
          customHeaders: { [FRONT_DOOR_HEADERS.secret]: secret },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new ViewerFunction(this, 'NoteViewerHost', {
              code: FunctionCode.fromInline(NOTE_VIEWER_HOST),
              runtime: FunctionRuntime.JS_2_0,
            }),
          },
        ],
      },
    });
    this.#acknowledge(certificate !== undefined);
  }

  /** A reference that CloudFormation resolves during deployment. The template holds no secret. */
  #secret(): string {
    const secret = new Secret(this, 'Secret', {
      description: 'Proves to the functions that a request came through CloudFront',
      generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'CloudFront and the functions read it during deployment, so a rotation in between would lock buyers out. ' +
        'Deploy to change it.',
    });
    // Unwraps to a reference for the two places that need it, never to plain text.
    return secret.secretValue.unsafeUnwrap();
  }

  #webAcl(): CfnWebACL {
    // Sampled requests would store buyers' headers.
    const visibility = (metricName: string) => ({
      visibilityConfig: { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false },
    });
    const managed = (name: string, priority: number): CfnWebACL.RuleProperty => ({
      name,
      priority,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
      ...visibility(name),
    });
    return new CfnWebACL(this, 'WebAcl', {
      description: `In front of the public routes of ${Stack.of(this).stackName}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      rules: [
        {
          name: 'CallsPerAddress',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: CALLS_PER_ADDRESS } },
          ...visibility('CallsPerAddress'),
        },
        managed('AWSManagedRulesAmazonIpReputationList', 1),
        // Not the core rule set: it blocks bodies that AWS Marketplace's form and buyers' names can contain.
        managed('AWSManagedRulesKnownBadInputsRuleSet', 2),
      ],
      ...visibility('FrontDoor'),
    });
  }

  #acknowledge(hasCertificate: boolean): void {
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR1',
      reason: 'AWS Marketplace decides in which countries a product is sold.',
    });
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR3',
      reason:
        "CloudFront's access log would store buyers' IP addresses, which nothing here needs: the API logs every outcome " +
        'and the web ACL counts what it blocks.',
    });
    if (hasCertificate) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason:
        "CloudFront's default domain allows no choice of certificate or minimum TLS version: set domainName to choose.",
    });
  }
}
