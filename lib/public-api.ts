import { Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type ThrottleSettings,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Stats, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../lambdas/shared/contract/functions';
import { requireAdded } from './usage-accounts';

export interface PublicApiProps {
  readonly functions: Readonly<Record<FunctionName, IFunction>>;
  /** Applies to each public route. */
  readonly publicThrottle: ThrottleSettings;
  /** Applies to all signed routes together. */
  readonly signedThrottle: ThrottleSettings;
  readonly logRetention: RetentionDays;
}

const { GET, HEAD, POST } = HttpMethod;

/** Outcomes only: no IP address, header or query string of a buyer. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
};

/** What follows `/register/`, be it nothing: API Gateway knows no route that ends with a slash. */
const WITH_SLASH = '/register/{rest+}';

/** Public, because buyers' browsers cannot sign requests. */
const PUBLIC_ROUTES = [
  'POST /register',
  'GET /register',
  'HEAD /register',
  `POST ${WITH_SLASH}`,
  `GET ${WITH_SLASH}`,
  `HEAD ${WITH_SLASH}`,
  'GET /registration',
  'POST /registration',
];

/**
 * The HTTP API: public routes for buyers' browsers, IAM-signed routes for the seller's application. CORS stays off,
 * because no page of another origin needs it.
 */
export class PublicApi extends Construct {
  readonly api: HttpApi;
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, props: PublicApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false, description: 'AWS Marketplace SaaS' });
    this.endpoint = this.api.apiEndpoint;

    const register = new HttpLambdaIntegration('RegisterSubscription', props.functions['register-subscription']);
    const complete = new HttpLambdaIntegration('CompleteRegistration', props.functions['complete-registration']);
    const publicRoutes = [
      ...this.api.addRoutes({ path: '/register', methods: [POST, GET, HEAD], integration: register }),
      ...this.api.addRoutes({ path: WITH_SLASH, methods: [POST, GET, HEAD], integration: register }),
      ...this.api.addRoutes({ path: '/registration', methods: [GET, POST], integration: complete }),
    ];

    for (const route of publicRoutes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          "A buyer's browser has no AWS identity. It brings AWS Marketplace's token, which the function resolves with " +
          'AWS, and later the session that this opened.',
      });
    }

    const exchange = new HttpLambdaIntegration('ExchangeRegistration', props.functions['exchange-registration']);
    const record = new HttpLambdaIntegration('RecordUsage', props.functions['record-usage']);
    const authorizer = new HttpIamAuthorizer();
    this.api.addRoutes({ path: '/registration/exchange', methods: [POST], integration: exchange, authorizer });
    this.api.addRoutes({ path: '/usage', methods: [POST], integration: record, authorizer });
    const describe = new HttpLambdaIntegration('DescribeSubscription', props.functions['describe-subscription']);
    this.api.addRoutes({ path: '/subscriptions', methods: [GET], integration: describe, authorizer });
    this.api.addRoutes({ path: '/subscriptions/{subscriptionId}', methods: [GET], integration: describe, authorizer });

    // The stage throttles routes by name, and API Gateway rejects a stage that names a route that does not exist yet.
    this.stage = this.#addStage(props);
    this.stage.node.addDependency(...publicRoutes);
  }

  /** Allows signed calls to one route. */
  grantInvoke(grantee: IGrantable, path: '/registration/exchange' | '/usage'): Grant {
    const resourceArns = [this.api.arnForExecuteApi(POST, path, '$default')];
    return this.#grant(grantee, resourceArns);
  }

  /** Allows signed calls to the routes that describe subscriptions. */
  grantDescribe(grantee: IGrantable): Grant {
    const resourceArns = ['/subscriptions', '/subscriptions/*'].map((path) =>
      this.api.arnForExecuteApi(GET, path, '$default'),
    );
    return this.#grant(grantee, resourceArns);
  }

  /** The number of 5xx answers. */
  metricServerErrors(options?: MetricOptions): Metric {
    return this.api.metricServerError({ statistic: Stats.SUM, ...options });
  }

  /** The number of 4xx answers, throttled calls among them. */
  metricClientErrors(): Metric {
    return this.api.metricClientError({ statistic: Stats.SUM });
  }

  /** The number of calls. */
  metricCalls(): Metric {
    return this.api.metricCount({ statistic: Stats.SUM });
  }

  #grant(grantee: IGrantable, resourceArns: string[]): Grant {
    return requireAdded(Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns }), grantee);
  }

  #addStage({ publicThrottle, signedThrottle, logRetention }: PublicApiProps): HttpStage {
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      autoDeploy: true,
      throttle: signedThrottle,
      accessLogSettings: {
        destination: new LogGroupLogDestination(new LogGroup(this, 'AccessLogs', { retention: logRetention })),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    const resource = stage.node.findChild('Resource');
    if (!(resource instanceof CfnStage)) throw new Error('The stage has no CfnStage: check the aws-cdk-lib version.');
    const { burstLimit, rateLimit } = publicThrottle;
    const throttle = { ThrottlingBurstLimit: burstLimit, ThrottlingRateLimit: rateLimit };
    resource.routeSettings = Object.fromEntries(PUBLIC_ROUTES.map((route) => [route, throttle]));
    return stage;
  }
}
