import { describe, expect, it } from 'vitest';
import { html } from '../../web/html';

describe('html', () => {
  it('escapes values for text and for quoted attributes', () => {
    const evil = `<b>"it's" & more</b>`;
    const escaped = '&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;';
    expect(html`<p title="${evil}">${evil}</p>`.toString()).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  it('does not escape markup twice', () => {
    const items = ['a', '<'].map((item) => html`<li>${item}</li>`);
    expect(html`<p>${items}${html`<b>x</b>`}</p>`.toString()).toBe('<p><li>a</li><li>&lt;</li><b>x</b></p>');
  });

  it('writes numbers, and nothing for undefined', () => {
    expect(html`${1}${undefined}`.toString()).toBe('1');
  });
});
