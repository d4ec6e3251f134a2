import { describe, expect, it } from '@jest/globals';
import { toErrorIds, UnusableInputError } from '../../lambdas/shared/runtime/error-ids';

describe('toErrorIds', () => {
  it('names an error and where it was thrown, and not what it says, nor does its cause', () => {
    const ids = toErrorIds(new Error('MARKER', { cause: new TypeError('MARKER') }));
    expect(ids).toMatchObject({ errorName: 'Error', errorAt: expect.any(Array), cause: { errorName: 'TypeError' } });
    expect(JSON.stringify(ids)).not.toContain('MARKER');
  });

  it('names the reason of unusable input and no place in our code', () => {
    const ids = toErrorIds(new UnusableInputError('notJson', 'MARKER'));
    expect(ids).toEqual({ errorName: 'UnusableInputError', reason: 'notJson' });
  });
});
