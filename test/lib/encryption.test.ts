import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { keyPolicyStatements } from '../../lib/key-policy';
import { MarketplaceSaas } from '../../lib/marketplace-saas';
import { grantsOf, managedPoliciesOf } from '../../local/stack/grants';
import { resolveResources } from '../../local/stack/resources';
import { templateSchema } from '../../local/stack/template';
import { nameOf, resourcesOf, statementLines, type Resource } from './promises/promised';
import { aConfiguration, aMarketplaceSaasStack, aProduct, aStack, aTemplate, logicalId } from './synthesized';

/** With every option that adds resources. */
const EVERYTHING = {
  configuration: aConfiguration({ products: [aProduct({ identityMode: 'legacy' })] }),
  firewall: true,
  usageAccounts: [{ account: '444455556666', externalId: 'application' }],
};
const plain = Template.fromStack(aMarketplaceSaasStack(EVERYTHING));
const stack = aMarketplaceSaasStack({ ...EVERYTHING, encryptionKey: 'create' });
const encrypted = Template.fromStack(stack);
/** Without the firewall, which the local stack does not play. */
const encryptedAlone = aTemplate({ encryptionKey: 'create' }).toJSON();
const KEY = logicalId(encrypted, 'AWS::KMS::Key');
const KEY_ARN = { 'Fn::GetAtt': [KEY, 'Arn'] };
const rawResources: Record<string, { Type: string; Properties: Record<string, unknown> }> =
  encrypted.toJSON().Resources;

/** Where each kind of store names its key. */
const KEY_OF: Readonly<Record<string, (properties: ReturnType<Template['findResources']>[string]) => unknown>> = {
  'AWS::DynamoDB::Table': ({ SSESpecification }) =>
    SSESpecification?.SSEEnabled && SSESpecification.SSEType === 'KMS' && SSESpecification.KMSMasterKeyId,
  'AWS::SQS::Queue': ({ KmsMasterKeyId, SqsManagedSseEnabled }) => !SqsManagedSseEnabled && KmsMasterKeyId,
  'AWS::SNS::Topic': ({ KmsMasterKeyId }) => KmsMasterKeyId,
  'AWS::Logs::LogGroup': ({ KmsKeyId }) => KmsKeyId,
  'AWS::S3::Bucket': ({ BucketEncryption }) => {
    const { BucketKeyEnabled, ServerSideEncryptionByDefault } =
      BucketEncryption?.ServerSideEncryptionConfiguration[0] ?? {};
    const { SSEAlgorithm, KMSMasterKeyID } = ServerSideEncryptionByDefault ?? {};
    return BucketKeyEnabled && SSEAlgorithm === 'aws:kms' && KMSMasterKeyID;
  },
};

/** Types that keep nothing of buyers or usage. docs/security.md names what keeps AWS's own keys. */
const STORES_NOTHING = [
  /^AWS::ApiGatewayV2::/,
  /^AWS::CDK::Metadata$/,
  /^AWS::CloudFront::(Distribution|Function)$/,
  /^AWS::CloudWatch::(Alarm|Dashboard)$/,
  /^AWS::Events::(EventBus|Rule)$/,
  /^AWS::IAM::(ManagedPolicy|Policy|Role)$/,
  /^AWS::KMS::Key$/,
  /^AWS::Lambda::(EventInvokeConfig|EventSourceMapping|Function|Permission)$/,
  /^AWS::(S3::Bucket|SNS::Topic|SQS::Queue)Policy$/,
  /^AWS::SNS::Subscription$/,
  /^AWS::SecretsManager::Secret$/,
  /^AWS::WAFv2::WebACL$/,
];

describe('encryptionKey', () => {
  it.each(Object.keys(KEY_OF))('encrypts every %s', (type) => {
    const found = Object.entries(encrypted.findResources(type));
    expect(found).not.toEqual([]);
    const keys = found.map(([id, { Properties }]) => [id, KEY_OF[type]?.(Properties ?? {})]);
    expect(keys).toEqual(found.map(([id]) => [id, KEY_ARN]));
  });

  it('leaves no type of resource out that may store something', () => {
    const unknown = Object.entries(rawResources).filter(
      ([, { Type }]) => !(Type in KEY_OF) && !STORES_NOTHING.some((pattern) => pattern.test(Type)),
    );
    expect(unknown.map(([id, { Type }]) => `${id} ${Type}`)).toEqual([]);
  });

  // CloudFormation's schemas name none of these in `createOnlyProperties`, so CloudFormation changes them in place.
  it('changes nothing in an existing stack but the encryption of what is stored, and who may use the key', () => {
    const before: typeof rawResources = plain.toJSON().Resources;
    const changes = Object.entries(rawResources).flatMap(([id, { Type, Properties }]) =>
      differences(before[id]?.Properties, Properties).map((property) => `${Type} ${property}`),
    );
    expect(Object.keys(before).filter((id) => !(id in rawResources))).toEqual([]);
    expect([...new Set(changes)].sort()).toEqual([
      'AWS::DynamoDB::Table SSESpecification',
      'AWS::IAM::ManagedPolicy PolicyDocument',
      'AWS::IAM::Policy PolicyDocument',
      'AWS::KMS::Key Description',
      'AWS::KMS::Key EnableKeyRotation',
      'AWS::KMS::Key KeyPolicy',
      'AWS::Logs::LogGroup KmsKeyId',
      'AWS::S3::Bucket BucketEncryption',
      'AWS::SNS::Topic KmsMasterKeyId',
      'AWS::SQS::Queue KmsMasterKeyId',
      'AWS::SQS::Queue SqsManagedSseEnabled',
    ]);
  });

  it('set to create makes a key that is rotated and stays when the stack is deleted', () => {
    encrypted.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });
});

describe('the policy of the key', () => {
  const { KeyPolicy } = rawResources[KEY]?.Properties ?? {};
  const lines = statementLines(
    resourcesOf({ [KEY]: { Type: '', Properties: { KeyPolicy } } }).get(nameOf(KEY))?.Properties.KeyPolicy.Statement,
  );
  const use = 'kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey, kms:ReEncryptFrom, kms:ReEncryptTo';
  const account = { 'aws:SourceAccount': 'AWS::AccountId' };

  it('names each service that uses the key, narrowed to this account or to AWS Marketplace, and nobody else', () => {
    expect(lines.slice(1)).toEqual([
      `Allow ${use} on * to {"AWS":"arn:aws:iam::AWS::AccountId:root"} if ${JSON.stringify({
        StringEquals: {
          'kms:CallerAccount': 'AWS::AccountId',
          'kms:ViaService': [
            'dynamodb.us-east-1.amazonaws.com',
            's3.us-east-1.amazonaws.com',
            'sqs.us-east-1.amazonaws.com',
          ],
        },
      })}`,
      `Allow kms:CreateGrant on * to {"AWS":"arn:aws:iam::AWS::AccountId:root"} if ${JSON.stringify({
        StringEquals: { 'kms:CallerAccount': 'AWS::AccountId', 'kms:ViaService': ['dynamodb.us-east-1.amazonaws.com'] },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      })}`,
      `Allow ${use} on * to {"Service":"logs.us-east-1.amazonaws.com"} if ${JSON.stringify({
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:AWS::AccountId:log-group:MarketplaceSaas-*',
        },
      })}`,
      `Allow kms:Decrypt, kms:GenerateDataKey on * to {"Service":"events.amazonaws.com"} if ${JSON.stringify({ StringEquals: account })}`,
      `Allow kms:Decrypt, kms:GenerateDataKey on * to {"Service":"sns.amazonaws.com"} if ${JSON.stringify({
        StringEquals: { 'aws:SourceAccount': '287250355862' },
      })}`,
      `Allow kms:Decrypt, kms:GenerateDataKey on * to {"Service":"cloudwatch.amazonaws.com"} if ${JSON.stringify({ StringEquals: account })}`,
    ]);
  });

  it('lets the account administer the key, but not decrypt with it', () => {
    // All that a key can be asked for, without the use of it, or nobody could ever delete it or mend its policy.
    const administration =
      'CancelKeyDeletion DescribeKey DisableKey DisableKeyRotation EnableKey EnableKeyRotation GetKeyPolicy ' +
      'GetKeyRotationStatus ListGrants ListKeyPolicies ListKeyRotations ListResourceTags PutKeyPolicy RevokeGrant ' +
      'RotateKeyOnDemand ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription';
    const actions = administration.split(' ').map((action) => `kms:${action}`);
    expect(lines[0]).toBe(`Allow ${actions.join(', ')} on * to {"AWS":"arn:aws:iam::AWS::AccountId:root"}`);
  });

  it('is in docs/security.md for a key of the seller', () => {
    const [, text = ''] =
      /<!-- key policy -->\s+```json\n([^]+?)```/.exec(readFileSync('docs/security.md', 'utf8')) ?? [];
    const own = new Stack(undefined, 'MarketplaceSaas', { env: { account: '111122223333', region: 'us-east-1' } });
    const document = new PolicyDocument({ statements: keyPolicyStatements(own) });
    expect(JSON.parse(text.replaceAll('ACCOUNT', '111122223333'))).toEqual(own.resolve(document).Statement);
  });
});

describe('a role that works with what is encrypted', () => {
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    Object.entries(encrypted.findResources(type)),
  );
  const statementsOf = ({ Properties }: Pick<Resource, 'Properties'>) =>
    Properties.PolicyDocument.Statement as {
      Action: string | string[];
      Resource: unknown;
      Condition?: { StringEquals?: Record<string, unknown> };
    }[];
  const onKey = (resource: Pick<Resource, 'Properties'>) =>
    statementsOf(resource).filter(({ Action }) => [Action].flat().some((action) => action.startsWith('kms:')));

  /** The services whose data a policy reaches. */
  const reachedBy = (policy: Resource): string[] => {
    const actions = statementsOf(policy).flatMap(({ Action }) => Action);
    const onData = /^(dynamodb|s3|sqs):(?!Describe|List|GetQueueAttributes|GetQueueUrl)/;
    return [...new Set(actions.flatMap((action) => onData.exec(action)?.[1] ?? []))].sort();
  };

  it.each(['dynamodb', 's3', 'sqs'])('may use the key through %s', (service) => {
    const needing = policies.filter(([, policy]) => reachedBy(policy as Resource).includes(service));
    expect(needing.length).toBeGreaterThan(2);
    const without = needing.filter(
      ([, policy]) =>
        !onKey(policy as Resource).some(
          ({ Action, Resource: resource, Condition }) =>
            [Action].flat().includes('kms:Decrypt') &&
            [Action].flat().includes('kms:GenerateDataKey') &&
            JSON.stringify(resource) === JSON.stringify(KEY_ARN) &&
            JSON.stringify(Condition?.StringEquals?.['kms:ViaService']).includes(`${service}.us-east-1.amazonaws.com`),
        ),
    );
    expect(without.map(([id]) => id)).toEqual([]);
  });

  it('may use it through exactly the services whose data it reaches', () => {
    const usedBy = (policy: Resource) =>
      onKey(policy)
        .flatMap(({ Condition }) => String(Condition?.StringEquals?.['kms:ViaService']).split(','))
        .map((host) => host.replace('.us-east-1.amazonaws.com', ''));
    const uses = policies.map(([id, policy]) => [id, [...new Set(usedBy(policy as Resource))].sort()]);
    expect(uses).toEqual(policies.map(([id, policy]) => [id, reachedBy(policy as Resource)]));
    // Among them are some that need it for nothing.
    expect(uses).toContainEqual([expect.anything(), []]);
  });

  it('of the application may use it too when it puts events directly', () => {
    const within = aStack();
    const saas = new MarketplaceSaas(within, 'Saas', { configuration: aConfiguration(), encryptionKey: 'create' });
    saas.grantPutUsageEvents(new Role(within, 'App', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    Template.fromStack(within).hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^AppDefaultPolicy'),
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Decrypt']),
            Condition: { StringEquals: { 'kms:ViaService': ['dynamodb.us-east-1.amazonaws.com'] } },
          }),
        ]),
      },
    });
  });
});

it('does not keep the stack from running on one machine, where nothing is encrypted', () => {
  const template = templateSchema.parse(encryptedAlone);
  const resources = resolveResources(template, { stackName: 'MarketplaceSaas', url: 'http://127.0.0.1:1' });
  const grants = [...grantsOf(template, resources).values(), ...managedPoliciesOf(template, resources).values()].flat();
  expect(grants.length).toBeGreaterThan(100);
  expect(grants.filter(({ action }) => action.startsWith('kms:'))).toEqual([]);
});

describe("the seller's own key", () => {
  it('gets the statements from CDK when an app of the seller makes it', () => {
    const within = aStack();
    const encryptionKey = new Key(within, 'Own');
    new MarketplaceSaas(within, 'Saas', { configuration: aConfiguration(), encryptionKey });
    const [{ Properties } = { Properties: {} }] = Object.values(
      Template.fromStack(within).findResources('AWS::KMS::Key'),
    );
    const sids = Properties.KeyPolicy.Statement.map(({ Sid }: { Sid?: string }) => Sid);
    expect(sids).toEqual([undefined, ...keyPolicyStatements(within).map(({ sid }) => sid)]);
    Annotations.fromStack(within).hasNoInfo('/Stack/Saas/Encryption', Match.anyValue());
  });

  it('that is only named is used, and synth says that its policy needs the statements', () => {
    const within = aStack();
    const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';
    const encryptionKey = Key.fromKeyArn(within, 'Own', arn);
    new MarketplaceSaas(within, 'Saas', { configuration: aConfiguration(), encryptionKey });
    const template = Template.fromStack(within);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: arn });
    Annotations.fromStack(within).hasInfo(
      '/Stack/Saas/Encryption',
      Match.stringLikeRegexp('Add the statements .* are lost'),
    );
  });
});

/** The properties that differ. */
function differences(before: Record<string, unknown> = {}, after: Record<string, unknown> = {}): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
