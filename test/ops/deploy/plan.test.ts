import { describe, expect, it } from 'vitest';
import type { Change, ResourceChange } from '@aws-sdk/client-cloudformation';
import { planOf } from '../../../ops/deploy/plan';
import { aTemplate } from '../../lib/synthesized';

const TABLE: ResourceChange = { LogicalResourceId: 'Ledger', ResourceType: 'AWS::DynamoDB::Table' };

function refusedOf(change: ResourceChange, allowed: string[] = []): string[] {
  return planOf([{ Type: 'Resource', ResourceChange: { ...TABLE, ...change } }], allowed).refused.map(
    ({ logicalId, fate }) => `${logicalId} ${fate}`,
  );
}

describe('a change set', () => {
  it.each<[what: string, change: ResourceChange, refused: string[]]>([
    ['a table that is replaced', { Action: 'Modify', Replacement: 'True' }, ['Ledger replaced']],
    ['a table that may be replaced', { Action: 'Modify', Replacement: 'Conditional' }, ['Ledger mayReplace']],
    ['a table that is deleted', { Action: 'Remove', PolicyAction: 'Delete' }, ['Ledger deleted']],
    ['a table that leaves the stack and stays', { Action: 'Remove', PolicyAction: 'Retain' }, ['Ledger deleted']],
    ['a change of a table that AWS does not tell', { Action: 'Dynamic' }, ['Ledger unknown']],
    ['a change of a table without an action', {}, ['Ledger unknown']],
    ['a new table', { Action: 'Add' }, []],
    ['a table that changes in place', { Action: 'Modify', Replacement: 'False' }, []],
    [
      'a function that is replaced',
      { ResourceType: 'AWS::Lambda::Function', Action: 'Modify', Replacement: 'True' },
      [],
    ],
    ['a function that is deleted', { ResourceType: 'AWS::Lambda::Function', Action: 'Remove' }, []],
  ])('with %s', (_what, change, refused) => {
    expect(refusedOf(change)).toEqual(refused);
  });

  it('may replace or delete what is allowed by its logical id, and nothing else', () => {
    const replaced: ResourceChange = { Action: 'Modify', Replacement: 'True' };
    expect(refusedOf(replaced, ['Ledger'])).toEqual([]);
    expect(refusedOf(replaced, ['Other'])).toEqual(['Ledger replaced']);
  });

  it('names what was allowed for nothing', () => {
    const changed: Change = { ResourceChange: { ...TABLE, Action: 'Modify', Replacement: 'False' } };
    expect(planOf([changed], ['Ledger', 'Typo']).idle).toEqual(['Ledger', 'Typo']);
  });

  it('says which properties change, each once', () => {
    const Details = ['SSESpecification', 'SSESpecification', 'Tags'].map((Name) => ({ Target: { Name } }));
    const [change] = planOf([{ ResourceChange: { ...TABLE, Action: 'Modify', Details } }]).changes;
    expect(change?.properties).toEqual(['SSESpecification', 'Tags']);
  });

  it('that deletes the whole stack is refused for everything that holds data, subscribers or an address', () => {
    const resources: [string, { Type: string; DeletionPolicy?: string }][] = Object.entries(
      aTemplate({ firewall: true, encryptionKey: 'create' }).toJSON().Resources,
    );
    const changes = resources.map(([LogicalResourceId, { Type: ResourceType }]): Change => {
      return { ResourceChange: { Action: 'Remove', LogicalResourceId, ResourceType } };
    });
    const { refused } = planOf(changes);
    const retained = resources.filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain').map(([id]) => id);
    expect(refused.map(({ logicalId }) => logicalId)).toEqual(expect.arrayContaining(retained));
    expect([...new Set(refused.map(({ type }) => type))].sort()).toEqual([
      'AWS::ApiGatewayV2::Api',
      'AWS::CloudFront::Distribution',
      'AWS::DynamoDB::Table',
      'AWS::Events::EventBus',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::SNS::Topic',
      'AWS::SQS::Queue',
    ]);
  });
});
