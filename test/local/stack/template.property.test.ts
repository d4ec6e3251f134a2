import { describe, it } from 'vitest';
import fc from 'fast-check';
import { createResolver, templateSchema } from '../../../local/stack/template';

const { resolve } = createResolver(templateSchema.parse({ Resources: {} }), {
  parameters: {},
  ref: () => '',
  attribute: () => '',
});
const plainKey = fc
  .string()
  .filter((key) => !key.startsWith('Fn::') && !['Ref', 'Condition', '__proto__'].includes(key));
const plainData = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(plainKey, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('the template resolver', () => {
  it('changes nothing in template data without intrinsic functions', () => {
    fc.assert(fc.property(plainData, (data) => JSON.stringify(resolve(data)) === JSON.stringify(data)));
  });

  it('splits with Fn::Split what Fn::Join joined', () => {
    const part = fc.string().filter((text) => !text.includes('|'));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const joined = { 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] };
        return JSON.stringify(resolve(joined)) === JSON.stringify(parts);
      }),
    );
  });
});
