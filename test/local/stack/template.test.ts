import { describe, expect, it } from 'vitest';
import { createResolver, templateSchema } from '../../../local/stack/template';

describe('the template resolver', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Table' }, 'ref-Table'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::Region' }, 'us-east-1'],
    ['Ref of a parameter with a default', { Ref: 'Size' }, 5],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table.Stream.Arn'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 1]] }, 'a-ref-Table-1'],
    [
      'Fn::Sub',
      { 'Fn::Sub': '${AWS::Region}/${Table}/${Table.Arn}/${!Kept}' },
      'us-east-1/ref-Table/Table.Arn/${Kept}',
    ],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${X}${Size}', { X: { Ref: 'Table' } }] }, 'ref-Table5'],
    ['Fn::Select of Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Table' }] }] }, 'Table'],
    ['Fn::If', { 'Fn::If': ['Here', 'yes', 'no'] }, 'yes'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Runtimes', { Ref: 'AWS::Region' }, 'value'] }, 'nodejs24.x'],
    ['data without intrinsic functions', { a: [1, null, true], b: { Condition: { StringEquals: 1 } } }, undefined],
  ])('resolves %s in a template', (_, value, expected) => {
    expect(resolver().resolve(value)).toEqual(expected ?? value);
  });

  it('removes properties and elements that are AWS::NoValue', () => {
    const nothing = { 'Fn::If': ['Elsewhere', 'x', { Ref: 'AWS::NoValue' }] };
    expect(resolver().resolve({ kept: 1, dropped: nothing, list: [nothing, 2] })).toEqual({ kept: 1, list: [2] });
  });

  it('evaluates template conditions from their parts', () => {
    const { holds } = resolver();
    expect([holds(undefined), holds('Here'), holds('Elsewhere'), holds('Both'), holds('Either')]).toEqual([
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it.each([
    ['an unsupported intrinsic function', { 'Fn::Cidr': [] }, 'Fn::Cidr'],
    ['a parameter without a value', { Ref: 'Needed' }, 'Needed'],
    ['a condition that does not exist', { 'Fn::If': ['Nowhere', 1, 2] }, 'Nowhere'],
  ])('refuses a template with %s, and names it', (_, value, name) => {
    expect(() => resolver().resolve(value)).toThrow(name);
  });
});

function resolver() {
  const template = templateSchema.parse({
    Parameters: { Size: { Type: 'Number', Default: 5 }, Needed: { Type: 'String' } },
    Mappings: { Runtimes: { 'us-east-1': { value: 'nodejs24.x' } } },
    Conditions: {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
      Elsewhere: { 'Fn::Not': [{ Condition: 'Here' }] },
      Both: { 'Fn::And': [{ Condition: 'Here' }, { Condition: 'Elsewhere' }] },
      Either: { 'Fn::Or': [{ Condition: 'Here' }, { Condition: 'Elsewhere' }] },
    },
    Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
  });
  return createResolver(template, {
    parameters: { 'AWS::Region': 'us-east-1' },
    ref: (logicalId) => `ref-${logicalId}`,
    attribute: (logicalId, name) => `${logicalId}.${name}`,
  });
}
