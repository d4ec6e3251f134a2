import { describe, expect, it } from 'vitest';
import { aTemplate, logicalId } from './synthesized';

const template = aTemplate();
const functions = template.findResources('AWS::Lambda::Function');
const publishNotices = logicalId(template, 'AWS::Lambda::Function', /PublishNotices/);

describe('the outbox', () => {
  it('gets the new publisher before any function writes notices that the old one would skip', () => {
    const writers = Object.entries(functions).filter(([, { Properties }]) =>
      Object.hasOwn(Properties.Environment.Variables, 'NOTICES_TABLE_NAME'),
    );
    expect(writers).toHaveLength(6);
    for (const [, { DependsOn }] of writers) expect(DependsOn).toContain(publishNotices);
  });
});
