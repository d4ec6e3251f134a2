import { describe, expect, it } from '@jest/globals';
import { aTemplate } from './synthesized';

const template = aTemplate({ publicThrottle: { rateLimit: 5, burstLimit: 9 } });
const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => Properties);
const keysOf = (authorization: string) =>
  routes.filter(({ AuthorizationType }) => AuthorizationType === authorization).map(({ RouteKey }) => RouteKey);

describe('the API', () => {
  it("is open where buyers' browsers come, and nowhere else", () => {
    expect(keysOf('NONE').sort()).toEqual(['GET /registration', 'POST /register', 'POST /registration']);
  });

  it("asks the seller's application for an IAM signature", () => {
    expect(keysOf('AWS_IAM').sort()).toEqual([
      'GET /subscriptions',
      'GET /subscriptions/{subscriptionId}',
      'POST /registration/exchange',
      'POST /usage',
    ]);
  });

  it('throttles every open route, and makes the routes first', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const throttle = { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 };
    expect(stage?.Properties.RouteSettings).toEqual(Object.fromEntries(keysOf('NONE').map((key) => [key, throttle])));
    const openRoutes = Object.entries(template.findResources('AWS::ApiGatewayV2::Route'))
      .filter(([, { Properties }]) => Properties.AuthorizationType === 'NONE')
      .map(([id]) => id);
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(openRoutes));
  });

  it('leaves room for the other APIs of the account, whatever the application does', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 });
  });

  it('sends each route to its verb, as version 2.0 events', () => {
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
      ['GET /registration', 'CompleteRegistration', '2.0'],
      ['GET /subscriptions', 'DescribeSubscription', '2.0'],
      ['GET /subscriptions/{subscriptionId}', 'DescribeSubscription', '2.0'],
      ['POST /register', 'RegisterSubscription', '2.0'],
      ['POST /registration', 'CompleteRegistration', '2.0'],
      ['POST /registration/exchange', 'ExchangeRegistration', '2.0'],
      ['POST /usage', 'RecordUsage', '2.0'],
    ]);
  });

  it('lets no page of another origin call it', () => {
    const [api] = Object.values(template.findResources('AWS::ApiGatewayV2::Api'));
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
  });

  it("logs accesses for a year, without a buyer's address or what the browser sent", () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
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
