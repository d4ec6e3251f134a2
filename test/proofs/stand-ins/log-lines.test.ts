import { describe, expect, it } from 'vitest';
import { faultsOfLine } from '../../../proofs/stand-ins/log-lines';

const CLEAN = { messageCode: 'RESOLVE_CUSTOMER_REFUSED', reason: 'AccessDeniedException' };
const SENTENCE = 'AWS refused our account';

describe('the check of log lines', () => {
  it('accepts the fields that a line of this code may have', () => {
    expect(faultsOfLine(SENTENCE, CLEAN)).toEqual([]);
  });

  it.each([
    ['a field that only another code has', SENTENCE, { ...CLEAN, subscriptionId: 's-1' }],
    ['a token in a field of its own', SENTENCE, { ...CLEAN, token: 'MARKER-token+/=' }],
    ['a token as the reason', SENTENCE, { ...CLEAN, reason: 'MARKER-token+/=' }],
    ['a customer identifier as the reason', SENTENCE, { ...CLEAN, reason: 'X01EXAMPLEX' }],
    ['an account as the reason', SENTENCE, { ...CLEAN, reason: '111122223333' }],
    ['a token in the sentence', `${SENTENCE}: MARKER-token+/=`, CLEAN],
    ['a code that nobody documented', SENTENCE, { messageCode: 'SOMETHING' }],
    ['the message of a cause', 'Unexpected error', { messageCode: 'METERING_FAILED', cause: { message: 'MARKER' } }],
    ['no fields', SENTENCE, undefined],
  ])('refuses a log line with %s', (_what, sentence, ids) => {
    expect(faultsOfLine(sentence, ids)).toHaveLength(1);
  });
});
