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
  /** The API's own address, `https://…`. */
  readonly apiEndpoint: string;
  /** The functions that browsers call: they refuse what did not come through here. */
  readonly browserFunctions: readonly MarketplaceFunction[];
  readonly domainName?: string;
  readonly certificate?: ICertificate;
}

/** From one address in five minutes, on all public routes together: a buyer makes about five calls. */
const CALLS_PER_ADDRESS = 300;

/** Notes which host the browser asked for: the origin sees the API's own, and the page must know its own posts. */
const NOTE_VIEWER_HOST = `function handler(event) {
  var request = event.request;
  request.headers['${FRONT_DOOR_HEADERS.viewerHost}'] = { value: request.headers.host.value };
  return request;
}`;

/**
 * CloudFront with a firewall in front of the routes that browsers call. An HTTP API takes no firewall of its own, so the
 * functions ask for a secret that only CloudFront adds.
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

  /** A reference, which CloudFormation resolves while it deploys: the template holds no secret. */
  #secret(): string {
    const secret = new Secret(this, 'Secret', {
      description: 'Shows the functions that a request came through CloudFront',
      generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'CloudFront and the functions take it over when they are deployed: a rotation in between would lock buyers out. ' +
        'A new secret is a deployment.',
    });
    // Into the two places that must know it, as a reference and not as a text.
    return secret.secretValue.unsafeUnwrap();
  }

  #webAcl(): CfnWebACL {
    // Sampled requests would keep buyers' headers.
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
        // Not the core rule set: it refuses bodies that AWS Marketplace's form and a buyer's name may well have.
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
        "CloudFront's access log holds buyers' addresses, and nothing here needs them: the API's own log has every " +
        'outcome, the web ACL counts what it blocks.',
    });
    if (hasCertificate) return;
    Validations.of(this.distribution).acknowledge({
      id: 'AwsSolutions-CFR4',
      reason:
        "Under CloudFront's own name its certificate and its oldest protocol cannot be chosen: give a domainName.",
    });
  }
}
