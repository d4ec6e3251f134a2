import { describe, expect, it } from '@jest/globals';
import { messagePage } from '../../lambdas/shared/runtime/http-page';

const page = { statusCode: 400, title: 'A <title>', sentences: ['One & two.'] };

describe('A page', () => {
  it("shows a page's sentences escaped, and the support contact as address, link or both", () => {
    const [byMail, byWeb, byBoth] = [
      { email: 'help@example.com' },
      { url: 'https://example.com/help?a=1&b=2' },
      { email: 'help@example.com', url: 'https://example.com/help' },
    ].map((support) => messagePage({ ...page, support }).body ?? '');
    expect(byMail).toContain('<a href="mailto:help@example.com">help@example.com</a>');
    expect(byWeb).toContain('<a href="https://example.com/help?a=1&amp;b=2">');
    expect(byBoth).toMatch(/mailto:help@example\.com[^]*https:\/\/example\.com\/help/);
    expect(byMail).toContain('One &amp; two.');
    expect(byMail).not.toContain('A <title>');
  });

  it('sends a page with its status, its type and further headers', () => {
    const headers = { 'retry-after': '60' };
    expect(messagePage({ ...page, support: { email: 'a@b.co' }, headers })).toMatchObject({
      statusCode: 400,
      headers: { 'content-type': 'text/html; charset=utf-8', 'retry-after': '60' },
    });
  });
});
