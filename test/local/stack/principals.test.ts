import { describe, expect, it } from 'vitest';
import { isAllowed, Principals, type Principal, type TemplateRole } from '../../../local/stack/principals';

const API = 'arn:aws:execute-api:us-east-1:000000000000:Api/$default';
const ROLE = 'arn:aws:iam::000000000000:role/Usage';
const CALLER: Principal = { kind: 'user', accountId: '444455556666', accessKeyId: '444455556666', arn: 'arn' };

const trusting = (statement: object) => ({
  Statement: [
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { AWS: 'arn:aws:iam::444455556666:root' },
      ...statement,
    },
  ],
});

function aRole(overrides: Partial<TemplateRole> = {}): TemplateRole {
  return { name: 'Usage', arn: ROLE, grants: [], trust: trusting({}), ...overrides };
}

const assume = (role: TemplateRole) =>
  new Principals(() => [role]).assume(CALLER, {
    roleArn: ROLE,
    sessionName: 's',
    externalId: undefined,
    seconds: 900,
  });

describe('a role of the template on the local stack', () => {
  it.each([
    [`${API}/POST/usage`, 'execute-api:Invoke', true],
    [`${API}/POST/usage/more`, 'execute-api:Invoke', false],
    [`${API}/GET/subscriptions/s-1`, 'execute-api:Invoke', true],
    [`${API}/GET/subscriptions`, 'execute-api:Invoke', false],
    [`${API.replace('Api', 'Bpi')}/POST/usage`, 'execute-api:Invoke', false],
    [`${API}/POST/usage`, 'execute-api:ManageConnections', false],
  ])('decides %s, %s: %p', (resource, action, expected) => {
    const grants = [
      { action: 'execute-api:Invoke', resource: `${API.replace('$default', '*')}/POST/usage`, leadingKeys: undefined },
      { action: 'execute-api:I*e', resource: `${API}/GET/subscriptions/?-*`, leadingKeys: undefined },
    ];
    const session = assume(aRole({ grants }));
    expect(session && isAllowed(session.principal, { action, resource })).toBe(expected);
  });

  it('is assumed only by an account that its trust names', () => {
    expect(assume(aRole())).toBeDefined();
    expect(
      assume(aRole({ trust: trusting({ Principal: { AWS: 'arn:aws:iam::444455556667:root' } }) })),
    ).toBeUndefined();
    expect(assume(aRole({ trust: trusting({ Principal: { Service: 'lambda.amazonaws.com' } }) }))).toBeUndefined();
    expect(assume(aRole({ arn: `${ROLE}2` }))).toBeUndefined();
  });

  it.each([
    ['denies', { Effect: 'Deny' }],
    ['has another condition', { Condition: { StringLike: { 'sts:ExternalId': '*' } } }],
    ['has a second condition', { Condition: { StringEquals: { 'sts:ExternalId': 'a', 'aws:SourceIp': '1' } } }],
    ['makes an exception', { NotAction: 'sts:TagSession' }],
    ['names everybody', { Principal: '*' }],
  ])('fails loudly when its trust %s, which is not decided here', (_, statement) => {
    expect(() => assume(aRole({ trust: trusting(statement) }))).toThrow(
      'The local stack cannot decide who may assume Usage',
    );
  });
});
