import { describe, expect, it } from 'vitest';
import { html } from '../../web/html';
import { reload, script, stylesheet, widePage } from '../../web/page';
import { badge, definitions, figure, getForm, number, progress, table, terminal } from '../../web/parts';
import { WIDE_STYLE } from '../../web/wide-style';

const EVIL = `"><script>alert('1')</script>`;
const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;';

describe('a page of the kit', () => {
  const page = widePage({
    title: EVIL,
    site: EVIL,
    head: [stylesheet(EVIL), script(EVIL), reload(1)],
    navigation: [
      { href: '/', text: EVIL },
      { href: EVIL, text: 'Other' },
    ],
    current: '/',
    place: EVIL,
    content: html`<p>${EVIL}</p>`,
  }).toString();

  it('escapes whatever it is given', () => {
    expect(page).not.toContain(EVIL);
    expect(page.split(ESCAPED).length - 1).toBe(11);
  });

  it('has nothing inline that a strict policy refuses', () => {
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]* src=)/);
  });

  it('says where the reader is, and lets the keyboard skip the navigation', () => {
    expect(page).toMatch(/<a href="\/" aria-current="page"\s*>/);
    expect(page.match(/aria-current/g)).toHaveLength(1);
    expect(page.indexOf('href="#content"')).toBeLessThan(page.indexOf('<nav'));
  });
});

describe('a part of the kit', () => {
  it.each([
    ['badge', badge(EVIL)],
    ['definitions', definitions([[EVIL, EVIL]])],
    ['table', table({ caption: EVIL, columns: [EVIL, number(EVIL)], rows: [[EVIL, EVIL]] })],
    ['empty table', table({ caption: '', columns: [], rows: [], nothing: EVIL })],
    [
      'form',
      getForm({
        label: EVIL,
        action: EVIL,
        button: EVIL,
        hidden: { [EVIL]: EVIL },
        fields: [{ name: EVIL, label: EVIL, value: EVIL, hint: EVIL }],
      }),
    ],
    ['figure', figure({ src: EVIL, alt: EVIL, caption: EVIL, width: 1, height: 1 })],
    ['progress', progress({ label: EVIL, done: 1 })],
    ['terminal', terminal(EVIL, EVIL)],
  ])('escapes in a %s', (_name, part) => {
    expect(part.toString()).toContain(ESCAPED);
    expect(part.toString()).not.toContain('<script');
  });

  it('leaves out what is not there', () => {
    expect(
      definitions([
        ['Name', undefined],
        ['Other', 'x'],
      ]).toString(),
    ).not.toContain('Name');
  });

  it('stays a table where its rows become lists: each cell has its heading, each part its role', () => {
    const shown = table({ caption: 'c', columns: ['Name', number('Units')], rows: [['a', 1]], isMarked: () => true });
    expect(shown.toString()).toMatch(/<td role="cell" data-label="Name"\s*>a<\/td>/);
    expect(shown.toString()).toMatch(/<td role="cell" data-label="Units"\s+class="number">1<\/td>/);
    expect(shown.toString()).toMatch(/<tr role="row" class="marked"/);
  });

  it('shows work without a known end without a number that is made up', () => {
    expect(progress({ label: 'Reading', done: 3 }).toString()).not.toMatch(/max=|value=/);
    expect(progress({ label: 'Reading', done: 3, total: 9 }).toString()).toMatch(/max="9" value="3"/);
  });

  it('follows the reader in light and dark', () => {
    expect(WIDE_STYLE.match(/prefers-color-scheme: dark/g)?.length).toBeGreaterThan(1);
  });
});
