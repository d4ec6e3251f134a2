import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { examine } from '../../../ops/doctor/examine';
import { anAwsAccount, NOW, type AccountOptions, type Answers } from './an-aws-account';

const assembly = mkdtempSync(join(tmpdir(), 'doctor-'));
beforeAll(() => writeFileSync(join(assembly, 'MarketplaceSaas.template.json'), '{"Resources":{}}'));
afterAll(() => rmSync(assembly, { recursive: true }));
afterEach(() => void vi.restoreAllMocks());

const certificateEnd = async () => Date.parse(NOW) + 100 * 86_400_000;

async function findingsOf(account: AccountOptions = {}) {
  const { ops, asked } = await anAwsAccount(account);
  const found = await examine(ops, { assembly, machineNow: () => Date.parse(NOW), certificateEnd });
  const others = found.filter(({ status }) => status !== 'ok');
  return { found, asked, open: others.map(({ check, status, says }) => `${status} ${check}: ${says}`) };
}

describe('doctor, of a stack in an AWS account', () => {
  it('finds all in order', async () => {
    const { open, found } = await findingsOf();
    expect(open).toEqual([]);
    expect(found.length).toBeGreaterThan(15);
  });

  it('looks for a product without an id in all products of the account', async () => {
    const { open, asked } = await findingsOf({ hasProductId: false });
    expect(open).toEqual([]);
    expect(asked).toContain('aws-marketplace:ListEntities');
    expect((await findingsOf()).asked).not.toContain('aws-marketplace:ListEntities');
  });

  it.each<[keyof Answers, string]>([
    ['sts:GetCallerIdentity', 'credentials'],
    ['cloudformation:GetTemplate', 'template'],
    ['lambda:GetAccountSettings', 'concurrency'],
    ['lambda:GetEventSourceMapping', 'event source mappings'],
    ['iam:SimulatePrincipalPolicy', 'permissions'],
    ['sns:GetTopicAttributes', 'alarm topic'],
    ['sns:GetSubscriptionAttributes', 'topics of older products'],
    ['aws-marketplace:DescribeEntity', 'listing code'],
  ])('does not check without the permission %s what needs it, and says which it lacks', async (action, check) => {
    const { open } = await findingsOf({ denied: [action] });
    expect(open).toEqual([`notChecked ${check}: These credentials lack the permission ${action}.`]);
  });

  it('says that a product id makes the permission to list unnecessary', async () => {
    const { open } = await findingsOf({ denied: ['aws-marketplace:ListEntities'], hasProductId: false });
    expect(open).toEqual([expect.stringContaining('ListEntities (or the productId of the product')]);
  });

  it.each<[string, AccountOptions, string]>([
    [
      'credentials of another account',
      { answers: { 'sts:GetCallerIdentity': '<R><Account>444455556666</Account></R>' } },
      'failed credentials: The credentials are of account 444455556666',
    ],
    ['a clock that differs', { awsTime: '2026-11-28T11:58:00Z' }, 'attention clock: '],
    [
      'a template that differs',
      { answers: { 'cloudformation:GetTemplate': '<R><TemplateBody>{"Resources":{"A":1}}</TemplateBody></R>' } },
      'attention template: The deployed template differs from the synthesized one in A.',
    ],
    [
      'an account with ten functions at once',
      { answers: { 'lambda:GetAccountSettings': { AccountLimit: { UnreservedConcurrentExecutions: 10 } } } },
      'attention concurrency: The account runs 10 functions at once',
    ],
    [
      'a disabled mapping',
      { answers: { 'lambda:GetEventSourceMapping': { State: 'Disabled' } } },
      'failed event source mappings: Not enabled: Mapping (Disabled).',
    ],
    [
      'a role without its permission',
      { answers: { 'iam:SimulatePrincipalPolicy': '<R><EvalDecision>implicitDeny</EvalDecision></R>' } },
      'failed permissions: These may not make their call: RegisterSubscription (aws-marketplace:ResolveCustomer)',
    ],
    [
      'an alarm topic without subscribers',
      { answers: { 'sns:GetTopicAttributes': '<R/>' } },
      'attention alarm topic: ',
    ],
    [
      'a subscription to a topic that is not confirmed',
      { answers: { 'sns:GetSubscriptionAttributes': '<R/>' } },
      'attention topics of older products: Not confirmed: Topic.',
    ],
  ])('finds %s, and nothing else', async (_what, account, finding) => {
    const { open } = await findingsOf(account);
    expect(open).toEqual([expect.stringContaining(finding)]);
  });
});

describe('the permissions of doctor', () => {
  const [, listed = ''] =
    /"Sid": "Doctor",\s+"Action": \[([^\]]*)\]/.exec(readFileSync('docs/security.md', 'utf8')) ?? [];

  it('are those that docs/security.md lists, beside the identity, which needs none', async () => {
    const asked = new Set([...(await findingsOf()).asked, ...(await findingsOf({ hasProductId: false })).asked]);
    asked.delete('sts:GetCallerIdentity');
    const byClient = ['events:DescribeRule', 'events:ListTargetsByRule'];
    expect([...listed.matchAll(/"([^"]+)"/g)].map(([, action]) => action).sort()).toEqual(
      [...asked, ...byClient].sort(),
    );
  });
});

describe('every section that doctor names', () => {
  const sources = readdirSync('ops/doctor/checks').map((name) => readFileSync(join('ops/doctor/checks', name), 'utf8'));
  const named = [...sources.join('\n').matchAll(/'(docs\/[\w.]+)#([\w-]+)'/g)];

  it.each([...new Set(named.map(([, file = '', anchor = '']) => `${file}#${anchor}`))])('exists: %s', (section) => {
    const [file = '', anchor] = section.split('#');
    const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toContain(anchor);
  });
});
