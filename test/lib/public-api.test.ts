import { describe, expect, it } from 'vitest';
import { aTemplate, propertiesOf } from './synthesized';

const template = aTemplate({ publicThrottle: { rateLimit: 5, burstLimit: 9 } });
const routes = propertiesOf(template, 'AWS::ApiGatewayV2::Route');
const [api] = propertiesOf(template, 'AWS::ApiGatewayV2::Api');
const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
const keysOf = (authorization: string) =>
  routes.filter(({ AuthorizationType }) => AuthorizationType === authorization).map(({ RouteKey }) => RouteKey);

describe('the public API', () => {
  it("leaves only the routes for buyers' browsers open", () => {
    expect(keysOf('NONE').sort()).toEqual([
      'GET /register',
      'GET /register/{rest+}',
      'GET /registration',
      'HEAD /register',
      'HEAD /register/{rest+}',
      'POST /register',
      'POST /register/{rest+}',
      'POST /registration',
    ]);
  });

  it("requires an IAM signature on the routes for the seller's application", () => {
    expect(keysOf('AWS_IAM').sort()).toEqual([
      'GET /subscriptions',
      'GET /subscriptions/{subscriptionId}',
      'POST /registration/exchange',
      'POST /usage',
    ]);
  });

  it('throttles every open route, and creates the routes before the throttle', () => {
    const throttle = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 };
    expect(stage?.Properties.RouteSettings).toEqual(Object.fromEntries(keysOf('NONE').map((key) => [key, throttle])));
    const openRoutes = Object.entries(template.findResources('AWS::ApiGatewayV2::Route'))
      .filter(([, { Properties }]) => Properties.AuthorizationType === 'NONE')
      .map(([id]) => id);
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(openRoutes));
  });

  it('throttles all routes so that the other APIs of the account keep their quota', () => {
    expect(stage?.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 });
  });

  it('sends each route to its function as a version 2.0 event', () => {
    const integrations = template.findResources('AWS::ApiGatewayV2::Integration');
    const verbs = routes.map(({ RouteKey, Target }) => {
      const id = Target['Fn::Join'][1].find((part: { Ref?: string } | string) => typeof part === 'object').Ref;
      const { IntegrationUri, PayloadFormatVersion } = integrations[id]?.Properties;
      return [
        RouteKey,
        /(?:Registrations|UsageEvents|SubscriptionStatus)([A-Za-z]+?)[0-9A-F]{8}$/.exec(
          IntegrationUri['Fn::GetAtt'][0],
        )?.[1],
        PayloadFormatVersion,
      ];
    });
    expect(verbs.sort()).toEqual([
      ['GET /register', 'RegisterSubscription', '2.0'],
      ['GET /register/{rest+}', 'RegisterSubscription', '2.0'],
      ['GET /registration', 'CompleteRegistration', '2.0'],
      ['GET /subscriptions', 'DescribeSubscription', '2.0'],
      ['GET /subscriptions/{subscriptionId}', 'DescribeSubscription', '2.0'],
      ['HEAD /register', 'RegisterSubscription', '2.0'],
      ['HEAD /register/{rest+}', 'RegisterSubscription', '2.0'],
      ['POST /register', 'RegisterSubscription', '2.0'],
      ['POST /register/{rest+}', 'RegisterSubscription', '2.0'],
      ['POST /registration', 'CompleteRegistration', '2.0'],
      ['POST /registration/exchange', 'ExchangeRegistration', '2.0'],
      ['POST /usage', 'RecordUsage', '2.0'],
    ]);
  });

  it('allows no cross-origin call', () => {
    expect(api?.CorsConfiguration).toBeUndefined();
  });

  it("keeps access logs for a year, without a buyer's IP address or anything that the browser sent", () => {
    const { DestinationArn, Format } = stage?.Properties.AccessLogSettings;
    const logGroup = template.findResources('AWS::Logs::LogGroup')[DestinationArn['Fn::GetAtt'][0]];
    expect(logGroup?.Properties.RetentionInDays).toBe(365);
    expect(Object.values(JSON.parse(Format)).sort()).toEqual([
      '$context.error.message',
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});
