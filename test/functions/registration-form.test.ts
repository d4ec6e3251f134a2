import { expect, it } from 'vitest';
import { isLikeToken } from '../../lambdas/register-subscription/registration-form';

it.each([
  [15, false],
  [16, true],
  [4096, true],
  [4097, false],
])(
  'takes %i characters for a token of AWS: %s, because AWS names no length and a refused buyer is lost',
  (length, is) => {
    expect(isLikeToken('a'.repeat(length))).toBe(is);
  },
);
