import { ArnPrincipal, PolicyStatement, ServicePrincipal, type IPrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MARKETPLACE_REGION } from './marketplace-region';
import { MARKETPLACE_ACCOUNT } from './marketplace-topics';

/** A service that uses the key with the permissions of whoever calls it. */
export type KeyedService = 'dynamodb' | 's3' | 'sqs';

/** What reading and writing need. */
export const KEY_USE = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** What SQS and SNS need to take a message from a service that sends it in its own name. */
const SENDING = ['kms:Decrypt', 'kms:GenerateDataKey'];

type Conditions = Record<string, object>;

/** A condition that the key is used through one of these services. */
export function viaServices(services: readonly KeyedService[]): object {
  return { 'kms:ViaService': services.map((service) => `${service}.${MARKETPLACE_REGION}.amazonaws.com`) };
}

/**
 * What the policy of the key must allow, besides its administration: the use by the roles of this account, through
 * DynamoDB, SQS and S3 only, and the use by each service that acts in its own name. Add them to the policy of a key of
 * your own. Without `Alarms`, alarms fall silent; without `LicenceEvents`, buyers' subscriptions never start.
 * @param scope - the construct `MarketplaceSaas`, or anything in its stack
 */
export function keyPolicyStatements(scope: IConstruct): PolicyStatement[] {
  const { account, stackName } = Stack.of(scope);
  const logGroups = `arn:aws:logs:${MARKETPLACE_REGION}:${account}:log-group:${stackName}-*`;
  const callers = { 'kms:CallerAccount': account };
  const root = new ArnPrincipal(`arn:aws:iam::${account}:root`);
  const statement = (sid: string, principal: IPrincipal, rest: { actions: string[]; conditions: Conditions }) =>
    new PolicyStatement({ sid, principals: [principal], resources: ['*'], ...rest });
  const sending = (sid: string, service: string, sourceAccount: string) =>
    statement(sid, new ServicePrincipal(service), {
      actions: SENDING,
      conditions: { StringEquals: { 'aws:SourceAccount': sourceAccount } },
    });
  return [
    // The account's root stands for the roles whose own policies allow it too.
    statement('RolesThroughServices', root, {
      actions: KEY_USE,
      conditions: { StringEquals: { ...callers, ...viaServices(['dynamodb', 's3', 'sqs']) } },
    }),
    // DynamoDB works with a grant that it is given with the table.
    statement('GrantsToDynamoDB', root, {
      actions: ['kms:CreateGrant'],
      conditions: {
        StringEquals: { ...callers, ...viaServices(['dynamodb']) },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    }),
    statement('Logs', new ServicePrincipal(`logs.${MARKETPLACE_REGION}.amazonaws.com`), {
      actions: KEY_USE,
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
    sending('LicenceEvents', 'events.amazonaws.com', account),
    sending('OlderProductsNotifications', 'sns.amazonaws.com', MARKETPLACE_ACCOUNT),
    sending('Alarms', 'cloudwatch.amazonaws.com', account),
  ];
}
