import { describe, expect, it } from 'vitest';
import { getForm, postForm, type Field } from '../../web/forms';

const EVIL = `"><script>alert('1')</script>`;

const text = (form: { toString(): string }) => form.toString().replaceAll(/\s+/g, ' ');

describe('a form', () => {
  it.each<[name: string, field: Field]>([
    ['text', { name: EVIL, label: EVIL, value: EVIL, hint: EVIL, attributes: { pattern: EVIL } }],
    ['choice', { name: EVIL, label: EVIL, value: EVIL, hint: EVIL, options: [[EVIL, EVIL]] }],
    ['box to tick', { isTick: true, name: EVIL, label: EVIL, value: EVIL, hint: EVIL }],
  ])('escapes in a field that is a %s', (_name, field) => {
    const form = text(postForm({ label: EVIL, action: EVIL, fields: [field], hidden: { [EVIL]: EVIL }, button: EVIL }));
    expect(form).not.toContain('<script');
    expect(form.split('&lt;script').length).toBeGreaterThan(10);
  });

  it('names each field for those who hear it, and its hint with it', () => {
    const field: Field = { name: 'units', id: 'other-units', label: 'Units', hint: 'Whole numbers.' };
    const form = text(getForm({ label: 'Filter', action: '/', fields: [field], button: 'Filter' }));
    expect(form).toContain('<label for="other-units">Units</label>');
    expect(form).toContain('id="other-units" name="units" aria-describedby="other-units-hint"');
    expect(form).toContain('id="other-units-hint">Whole numbers.');
    expect(form).toContain('aria-label="Filter"');
  });

  it('marks the option that is chosen', () => {
    const options = ['a', 'b'].map((each) => [each, each] as const);
    const form = text(
      getForm({ label: 'Filter', action: '/', fields: [{ name: 'n', label: 'N', value: 'b', options }], button: 'Go' }),
    );
    expect(form.match(/<option value="(\w)" selected>/)?.[1]).toBe('b');
  });

  it('changes something only by POST, and without fields is a quiet button', () => {
    expect(text(postForm({ action: '/clear', button: 'Clear' }))).toMatch(
      /^<form class="quiet" method="post" action="\/clear" > <button type="submit">Clear<\/button> <\/form>$/,
    );
    expect(text(getForm({ action: '/', button: 'Filter' }))).toContain('method="get"');
  });
});
