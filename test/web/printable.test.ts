import { expect, it } from '@jest/globals';
import * as product from '../../lambdas/shared/contract/printable';
import { printableLines, UNPRINTABLE } from '../../web/printable';

it('shows characters that change other text as escapes, as the product does', () => {
  const text = 'a\u202eb\u001b[31m\u2028c\nd\u200b ü';
  expect(printableLines(text)).toBe('a\\u202eb\\u001b[31m\\u2028c\nd\\u200b ü');
  expect(printableLines(text)).toBe(product.printableLines(text));
  expect(UNPRINTABLE.source).toBe(product.UNPRINTABLE.source);
});
