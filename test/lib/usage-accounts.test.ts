import { describe, expect, it } from 'vitest';
import { Aws, CfnParameter, Lazy, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal, OrganizationPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ExplainedError } from '../../lib/explained-error';
import { MarketplaceSaas } from '../../lib/marketplace-saas';
import { usageAccountsRole } from '../../lib/usage-accounts';
import type { MarketplaceSaasProps } from '../../lib/marketplace-saas-props';
import { aConfiguration, aStack } from './synthesized';

const SELLER = '111122223333';
const OTHER = '444455556666';
const ACCOUNTS = [
  { account: OTHER, externalId: 'blue-42' },
  { account: '777788889999', externalId: 'green-43' },
];

function aSaas(props: Partial<MarketplaceSaasProps> = {}, account = SELLER) {
  const stack = aStack({ env: { account, region: 'us-east-1' } });
  const saas = new MarketplaceSaas(stack, 'Saas', { configuration: aConfiguration(), ...props });
  const roleOf = (owner: string) => Role.fromRoleArn(stack, `RoleOf${owner}`, `arn:aws:iam::${owner}:role/application`);
  return { stack, saas, roleOf };
}

/** Without accounts. No test changes it but by a grant to a role of its own. */
const plain = aSaas();

/** What `process.env.NAME!` gives an app: it may be missing, whatever its type says. */
const fromEnvironment = (name: string) => process.env[name]!;

const GRANTS = [
  'grantReportUsage',
  'grantDescribeSubscriptions',
  'grantExchangeRegistration',
  'grantPutUsageEvents',
] as const;

describe('a principal without a policy', () => {
  it.each(GRANTS)('is refused by %s, because nothing could be added to it', (grant) => {
    const { saas } = plain;
    const role = `arn:aws:iam::${OTHER}:role/application`;
    expect(() => saas[grant](new ArnPrincipal(role))).toThrow(
      `Nothing can be granted to the principal {"AWS":["${role}"]`,
    );
    for (const principal of [
      new ServicePrincipal('ecs-tasks.amazonaws.com'),
      new OrganizationPrincipal('o-1234567890'),
    ])
      expect(() => saas[grant](principal)).toThrow(
        /has no policy\.\nGrant to the application's role, user or group, such as Role\.fromRoleArn.* set usageAccounts\.$/,
      );
  });
});

describe('an application in another account', () => {
  const own = plain.roleOf(SELLER);
  const foreign = plain.roleOf(OTHER);
  const withAccounts = aSaas({ usageAccounts: ACCOUNTS });
  const template = Template.fromStack(withAccounts.stack);

  it.each(GRANTS)('is refused by %s, with what to do', (grant) => {
    expect(() => plain.saas[grant](foreign)).toThrow(
      'A role of the account 444455556666 cannot be granted calls to this stack in 111122223333.\n' +
        "Set usageAccounts: [{ account: '444455556666', externalId: '…' }], and let the application assume the role " +
        'usageRole (output UsageRoleArn).',
    );
  });

  it.each(GRANTS)('does not keep %s from a role of the same account', (grant) => {
    expect(() => plain.saas[grant](own)).not.toThrow();
  });

  it('is not recognized while the account of the stack is not known', () => {
    const { saas, roleOf } = aSaas({}, Aws.ACCOUNT_ID);
    expect(saas.grantReportUsage(roleOf(OTHER)).success).toBe(true);
  });

  it('is not recognized while its account is not known', () => {
    const { saas, stack } = plain;
    const { valueAsString } = new CfnParameter(stack, 'ApplicationRole');
    expect(saas.grantReportUsage(Role.fromRoleArn(stack, 'Application', valueAsString)).success).toBe(true);
  });

  it('may get its external id and its account number from the deployment', () => {
    const late = (value: string) => Token.asString(Lazy.string({ produce: () => value }));
    const { stack } = aSaas({ usageAccounts: [{ account: late(OTHER), externalId: late('blue-42') }] });
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).toContain('{"sts:ExternalId":"blue-42"}');
  });

  it('may assume one role, each account with its external id', () => {
    expect(withAccounts.saas.usageRole).toBeDefined();
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    const [role, ...others] = roles.filter(({ Properties }) => JSON.stringify(Properties).includes('sts:ExternalId'));
    expect(others).toEqual([]);
    const statements = role?.Properties.AssumeRolePolicyDocument.Statement;
    expect(statements).toEqual(
      ACCOUNTS.map(({ account, externalId }) => ({
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      })),
    );
  });

  it('may call the four signed routes by that role, and nothing else', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const ofRole = policies.filter(({ Properties }) =>
      /SaasUsageRole[0-9A-F]{8}"/.test(JSON.stringify(Properties.Roles)),
    );
    expect(ofRole).toHaveLength(1);
    const statements = ofRole.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(new Set(statements.map(({ Action }) => Action))).toEqual(new Set(['execute-api:Invoke']));
    const routes = [...JSON.stringify(statements).matchAll(/\$default\/([A-Z]+\/[\w/*]+)/g)].map(([, route]) => route);
    expect(routes.sort()).toEqual([
      'GET/subscriptions',
      'GET/subscriptions/*',
      'POST/registration/exchange',
      'POST/usage',
    ]);
  });

  it('needs no role if there is none', () => {
    expect([plain.saas.usageRole, aSaas({ usageAccounts: [] }).saas.usageRole]).toEqual([undefined, undefined]);
  });

  it.each([
    [{ account: '4444', externalId: 'blue-42' }, 'Give its 12 digits'],
    [{ account: `${OTHER}0`, externalId: 'blue-42' }, `"${OTHER}0" is no AWS account. Give its 12 digits`],
    [{ account: `x${OTHER}`, externalId: 'blue-42' }, 'Give its 12 digits'],
    [{ account: OTHER, externalId: 'x' }, `the externalId of ${OTHER} must have 2 to 1,224 characters of A-Z a-z 0-9`],
    [{ account: OTHER, externalId: 'x'.repeat(1225) }, '2 to 1,224 characters'],
    [{ account: OTHER, externalId: ' blue' }, '2 to 1,224 characters'],
    [{ account: OTHER, externalId: 'blue ' }, '2 to 1,224 characters'],
    [{ account: OTHER, externalId: 'a b' }, '2 to 1,224 characters'],
    [{ account: OTHER, externalId: fromEnvironment('NO_SUCH_VARIABLE') }, '2 to 1,224 characters'],
    [{ account: fromEnvironment('NO_SUCH_VARIABLE'), externalId: 'blue-42' }, 'Give its 12 digits'],
  ])('is refused with %j', (account, message) => {
    const refused = () => usageAccountsRole(new Stack(), 'UsageRole', [account]);
    expect(refused).toThrow(ExplainedError);
    expect(refused).toThrow(message);
  });

  it('is refused at synthesis beside one that is accepted', () => {
    const accounts = [...ACCOUNTS, { account: '4444', externalId: 'blue-42' }];
    expect(() => aSaas({ usageAccounts: accounts })).toThrow('"4444" is no AWS account. Give its 12 digits.');
  });

  it.each(['x2', 'x'.repeat(1224), 'A_+=,.@:/-9'])('may have the external id %s', (externalId) => {
    expect(() => usageAccountsRole(new Stack(), 'UsageRole', [{ account: OTHER, externalId }])).not.toThrow();
  });
});
