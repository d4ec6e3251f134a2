import { describe, expect, it } from 'vitest';
import { toErrorIds, UnusableInputError } from '../../lambdas/shared/runtime/error-ids';

describe('toErrorIds', () => {
  it("logs an error's name and place, but not its message or its cause's", () => {
    const ids = toErrorIds(new Error('MARKER', { cause: new TypeError('MARKER') }));
    expect(ids).toMatchObject({ errorName: 'Error', errorAt: expect.any(Array), cause: { errorName: 'TypeError' } });
    expect(JSON.stringify(ids)).not.toContain('MARKER');
  });

  it('logs the reason of unusable input without a stack trace', () => {
    const ids = toErrorIds(new UnusableInputError('notJson', 'MARKER'));
    expect(ids).toEqual({ errorName: 'UnusableInputError', reason: 'notJson' });
  });
});
