import { describe, expect, it } from 'vitest';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from '../../lambdas/shared/contract/functions';
import { MarketplaceSaas } from '../../lib/marketplace-saas';
import type { MarketplaceSaasProps } from '../../lib/marketplace-saas-props';
import { aConfiguration, aMarketplaceSaasStack, aStack } from './synthesized';

const marketplaceStack = aMarketplaceSaasStack();
const template = Template.fromStack(marketplaceStack);

/** Changing one of these ids replaces the resource: its data stays behind in the old one. */
const STATEFUL_IDS: Record<string, string[]> = {
  'AWS::DynamoDB::Table': [
    'SaasHourlyUsage35E55283',
    'SaasNoticesTableEC1A7280',
    'SaasRegistrationsTable202812E1',
    'SaasSubscriptionsTableC7A15DA4',
    'SaasUsageEventsTableF4BC46C5',
    'SaasUsageTalliesTable9AA8E7A8',
  ],
  'AWS::Events::EventBus': ['SaasNoticesBus6AD7B19D'],
  'AWS::S3::Bucket': ['SaasFailedBatchesBucketB0665005'],
  'AWS::SNS::Topic': ['SaasObservationAlarmTopic1B23FDB5'],
  'AWS::SQS::Queue': [
    'SaasMeteringEndingRemindersQueue24F8EF28',
    'SaasSubscriptionsDeadLetterQueueDDB47247',
    'SaasSubscriptionsQueue72FC4884',
  ],
};

const PHYSICAL_NAMES =
  /^(TableName|QueueName|FunctionName|BucketName|RoleName|LogGroupName|RuleName|ManagedPolicyName)$/;

const ENVIRONMENTS: Record<FunctionName, string[]> = {
  'register-subscription': ['NOTICES_TABLE_NAME', 'REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME'],
  'complete-registration': ['NOTICES_TABLE_NAME', 'REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME'],
  'exchange-registration': ['REGISTRATIONS_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME'],
  'follow-agreement': ['NOTICES_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME'],
  'refresh-entitlements': ['NOTICES_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME'],
  'publish-notices': ['EVENT_BUS_NAME'],
  'record-usage': ['SUBSCRIPTIONS_TABLE_NAME', 'USAGE_EVENTS_TABLE_NAME'],
  'aggregate-usage': [
    'HOURLY_USAGE_TABLE_NAME',
    'NOTICES_TABLE_NAME',
    'SUBSCRIPTIONS_TABLE_NAME',
    'USAGE_TALLIES_TABLE_NAME',
  ],
  'meter-usage': [
    'ENDING_REMINDERS_URL',
    'HOURLY_USAGE_TABLE_NAME',
    'NOTICES_TABLE_NAME',
    'SUBSCRIPTIONS_TABLE_NAME',
    'USAGE_TALLIES_TABLE_NAME',
  ],
  'describe-subscription': ['HOURLY_USAGE_TABLE_NAME', 'SUBSCRIPTIONS_TABLE_NAME', 'USAGE_TALLIES_TABLE_NAME'],
};

describe('MarketplaceSaas', () => {
  it.each(Object.entries(STATEFUL_IDS))('keeps the logical ids of the stateful %s', (type, ids) => {
    expect(Object.keys(template.findResources(type)).sort()).toEqual(ids);
  });

  it('sets no physical name, so that two instances fit into one account', () => {
    const named = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(template.toJSON().Resources)
      // Their FunctionName refers to a function; it does not name one.
      .filter(([, { Type }]) => !/^AWS::Lambda::(EventSourceMapping|Permission|EventInvokeConfig)$/.test(Type))
      .filter(([, { Properties = {} }]) => Object.keys(Properties).some((property) => PHYSICAL_NAMES.test(property)))
      .map(([id]) => id);
    expect(named).toEqual([]);
  });

  it.each(Object.entries(ENVIRONMENTS) as [FunctionName, string[]][])(
    'gives %s exactly the variables it reads, each with the resource it names',
    (name, names) => {
      const id = marketplaceStack.resolve(marketplaceStack.saas.functions[name].functionName).Ref;
      const { POWERTOOLS_METRICS_NAMESPACE, ...variables } =
        template.findResources('AWS::Lambda::Function')[id]?.Properties.Environment.Variables;
      expect(POWERTOOLS_METRICS_NAMESPACE).toBe('MarketplaceSaas/Saas');
      expect(Object.keys(variables).sort()).toEqual(names);
      for (const [variable, { Ref }] of Object.entries(variables as Record<string, { Ref: string }>)) {
        const noun = variable
          .replace(/_((TABLE_)?NAME|URL)$/, '')
          .replaceAll('_', '')
          .toLowerCase();
        expect(Ref.toLowerCase()).toContain(noun === 'eventbus' ? 'noticesbus' : noun);
      }
    },
  );
});

describe('MarketplaceSaas in an existing stack', () => {
  const aSaas = (props: Partial<MarketplaceSaasProps> = {}) => {
    const stack = aStack();
    const saas = new MarketplaceSaas(stack, 'Saas', { configuration: aConfiguration(), ...props });
    const application = new Role(stack, 'Application', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    return { stack, saas, application };
  };
  const statementsOf = (stack: ReturnType<typeof aStack>) => {
    const [policy] = Object.values(
      Template.fromStack(stack).findResources('AWS::IAM::Policy', {
        Properties: { Roles: [{ Ref: stack.resolve((stack.node.findChild('Application') as Role).roleName).Ref }] },
      }),
    );
    return policy?.Properties.PolicyDocument.Statement;
  };

  it('grantReportUsage allows signed calls of POST /usage only', () => {
    const { stack, saas, application } = aSaas();
    saas.grantReportUsage(application);
    const [statement, ...others] = statementsOf(stack);
    expect(others).toEqual([]);
    expect(statement.Action).toBe('execute-api:Invoke');
    expect(JSON.stringify(statement.Resource)).toContain('/$default/POST/usage');
  });

  it('grantDescribeSubscriptions allows signed calls of the two subscription routes only', () => {
    const { stack, saas, application } = aSaas();
    saas.grantDescribeSubscriptions(application);
    const [statement, ...others] = statementsOf(stack);
    expect([others, statement.Action, statement.Resource.length]).toEqual([[], 'execute-api:Invoke', 2]);
    expect(JSON.stringify(statement.Resource)).toContain('/$default/GET/subscriptions/*');
  });

  it('grantExchangeRegistration allows signed calls of POST /registration/exchange', () => {
    const { stack, saas, application } = aSaas();
    saas.grantExchangeRegistration(application);
    expect(JSON.stringify(statementsOf(stack)[0].Resource)).toContain('/$default/POST/registration/exchange');
  });

  it('grantPutUsageEvents allows PutItem on the table of usage events only', () => {
    const { stack, saas, application } = aSaas();
    saas.grantPutUsageEvents(application);
    expect(statementsOf(stack)).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: stack.resolve(saas.tables.usageEvents.tableArn) },
    ]);
  });

  it('fails with every problem when the configuration is invalid', () => {
    expect(() => aSaas({ configuration: aConfiguration({ products: [] }) })).toThrow(/products is an empty list/);
  });
});
