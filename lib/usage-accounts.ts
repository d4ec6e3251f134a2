import { Stack, Token } from 'aws-cdk-lib';
import { AccountPrincipal, CompositePrincipal, Role, type Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { ExplainedError } from './explained-error';

/** Another AWS account in which the seller's application runs. */
export interface UsageAccount {
  /** The account's 12 digits. */
  readonly account: string;
  /** A value that the application must give when it assumes the role, so that nobody else in the account uses it by mistake. */
  readonly externalId: string;
}

const ACCOUNT = /^\d{12}$/;
/** IAM's pattern. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * The role that applications in other accounts assume to call the API. API Gateway's IAM authorization of an HTTP API
 * accepts callers of the API's own account only.
 * @throws ExplainedError for an account or an external id that IAM would refuse.
 */
export function usageAccountsRole(scope: Construct, id: string, accounts: readonly UsageAccount[]): Role {
  for (const { account, externalId } of accounts) {
    if (!isTokenOr(ACCOUNT, account))
      throw new ExplainedError(`usageAccounts: "${account}" is no AWS account. Give its 12 digits.`);
    if (!isTokenOr(EXTERNAL_ID, externalId))
      throw new ExplainedError(
        `usageAccounts: the externalId of ${account} must have 2 to 1,224 characters of A-Z a-z 0-9 _ + = , . @ : / -.`,
      );
  }
  const principals = accounts.map(({ account, externalId }) =>
    new AccountPrincipal(account).withConditions({ StringEquals: { 'sts:ExternalId': externalId } }),
  );
  const description = 'Assumed by applications in other accounts to report usage and to read subscriptions';
  return new Role(scope, id, { assumedBy: new CompositePrincipal(...principals), description });
}

/**
 * A value from the environment (`process.env.EXTERNAL_ID!`) may be missing whatever its type says. CDK would leave the
 * condition out, and anybody in the account could assume the role.
 */
function isTokenOr(pattern: RegExp, value: unknown): boolean {
  return Token.isUnresolved(value) || (typeof value === 'string' && pattern.test(value));
}

/**
 * Refuses a grantee that is known to be of another account. CDK would add no policy to it and say nothing, and AWS would
 * answer its calls with 403.
 * @throws ExplainedError that says what to do instead.
 */
export function requireSameAccount(scope: Construct, { grantPrincipal }: IGrantable): void {
  const { account } = Stack.of(scope);
  const { principalAccount } = grantPrincipal;
  if (principalAccount === undefined || Token.isUnresolved(principalAccount) || Token.isUnresolved(account)) return;
  if (principalAccount !== account)
    throw new ExplainedError(
      `A role of the account ${principalAccount} cannot be granted calls to this stack in ${account}.\n` +
        `Set usageAccounts: [{ account: '${principalAccount}', externalId: '…' }], and let the application assume the ` +
        'role usageRole (output UsageRoleArn).',
    );
}

/**
 * The grant, if it has added a statement. A principal that is only named (by an ARN, a service, an account) has no policy,
 * so CDK would add nothing and say nothing, and AWS would answer its calls with 403.
 * @throws ExplainedError that says what to grant to instead.
 */
export function requireAdded(grant: Grant, { grantPrincipal }: IGrantable): Grant {
  if (grant.success) return grant;
  const named = JSON.stringify(grantPrincipal.policyFragment.principalJson);
  throw new ExplainedError(
    `Nothing can be granted to the principal ${named}, because it has no policy.\n` +
      "Grant to the application's role, user or group, such as Role.fromRoleArn(…). " +
      'For an application in another account, set usageAccounts.',
  );
}
