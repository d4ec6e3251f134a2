import * as z from 'zod';
import type { Installation } from '../../installation/installation';
import { entriesOf, textOf, type AwsApi } from '../aws-api';
import { MARKETPLACE_CALLS } from '../checks/permissions';

/** The account of the credentials. AWS asks no permission for it. */
export async function readCaller(api: AwsApi, region: string): Promise<string> {
  const parameters = { Action: 'GetCallerIdentity', Version: '2011-06-15' };
  return textOf(await api.query('sts', `sts.${region}.amazonaws.com`, parameters), 'Account') ?? '';
}

/** The account that a queue's URL names: `https://sqs.us-east-1.amazonaws.com/111122223333/name`. */
export function stackAccount({ queueUrls }: Pick<Installation, 'queueUrls'>): string | undefined {
  const [url] = queueUrls;
  return url === undefined ? undefined : new URL(url).pathname.split('/').at(-2);
}

const settings = z.object({ AccountLimit: z.object({ UnreservedConcurrentExecutions: z.int() }) });

export async function readConcurrency(api: AwsApi, region: string): Promise<{ unreserved: number }> {
  const host = `lambda.${region}.amazonaws.com`;
  const { AccountLimit } = settings.parse(
    await api.json({ service: 'lambda', host, path: '/2016-08-19/account-settings' }),
  );
  return { unreserved: AccountLimit.UnreservedConcurrentExecutions };
}

export async function readSubscribers(api: AwsApi, { outputs, region }: Pick<Installation, 'outputs' | 'region'>) {
  const parameters = { Action: 'GetTopicAttributes', Version: '2010-03-31', TopicArn: outputs.AlarmTopicArn ?? '' };
  const attributes = entriesOf(await api.query('sns', `sns.${region}.amazonaws.com`, parameters));
  return {
    confirmed: Number(attributes.SubscriptionsConfirmed ?? 0),
    pending: Number(attributes.SubscriptionsPending ?? 0),
  };
}

/** What functions may not call, by simulating their roles: one permission for all policies, boundaries included. */
export async function readDenied(
  api: AwsApi,
  { resources, account }: { resources: Installation['resources']; account: string },
) {
  const denied = await Promise.all(
    Object.entries(MARKETPLACE_CALLS).map(async ([name, action]) => {
      const role = resources.find(
        ({ type, logicalId }) => type === 'AWS::IAM::Role' && new RegExp(`${name}Role[0-9A-F]{8}$`).test(logicalId),
      );
      if (role === undefined) throw new Error(`The stack has no role for ${name}. Deploy this version.`);
      const answer = await api.query('iam', 'iam.amazonaws.com', {
        Action: 'SimulatePrincipalPolicy',
        Version: '2010-05-08',
        PolicySourceArn: `arn:aws:iam::${account}:role/${role.physicalId}`,
        'ActionNames.member.1': action,
      });
      return textOf(answer, 'EvalDecision') === 'allowed' ? [] : [{ function: name, action }];
    }),
  );
  return denied.flat();
}

const localFunction = z.object({ grants: z.array(z.object({ action: z.string() })) });

/** What the template of a local stack does not grant. */
export async function readDeniedLocally(functions: Installation['functions'], stackUrl: string) {
  const denied = await Promise.all(
    Object.entries(MARKETPLACE_CALLS).map(async ([name, action]) => {
      const logicalId = [...functions.values()].find((id) => new RegExp(`${name}[0-9A-F]{8}$`).test(id));
      const answer = await fetch(`${stackUrl}/_stack/functions/${logicalId}/calls`);
      const { grants } = localFunction.parse(await answer.json());
      return grants.some((grant) => grant.action === action) ? [] : [{ function: name, action }];
    }),
  );
  return denied.flat();
}
