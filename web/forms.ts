import { html, type Html } from './html';

interface Named {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  /** Default: the name. Another form of the page may have a field of the same name. */
  id?: string;
}

interface TextField extends Named {
  type?: 'text' | 'search' | 'month' | 'date' | 'datetime-local' | 'number';
  /** What the browser checks or suggests: `min`, `pattern`, `required`, `list` … */
  attributes?: Readonly<Record<string, string | number | true>>;
}

interface Choice extends Named {
  options: readonly (readonly [value: string, text: string])[];
}

interface Tick extends Named {
  isTick: true;
}

/** A text to type, a choice of options, or a box to tick, which sends its value. */
export type Field = TextField | Choice | Tick;

export interface Form {
  /** What the form does, for those who hear the page. Not for a form that is only a button. */
  label?: string;
  action: string;
  fields?: readonly Field[];
  /** Values that the reader does not see. */
  hidden?: Readonly<Record<string, string>>;
  button: string;
}

/** A form whose values become the address: it changes nothing, and its result can be linked to. */
export const getForm = (form: Form): Html => formOf(form, { method: 'get', className: 'row' });

/** A form that changes something. Without fields it is a quiet button. */
export const postForm = (form: Form): Html =>
  formOf(form, { method: 'post', className: form.fields === undefined ? 'quiet' : 'fields' });

const formOf = (
  { label, action, fields = [], hidden = {}, button }: Form,
  { method, className }: { method: 'get' | 'post'; className: string },
): Html =>
  html`<form
    class="${className}"
    method="${method}"
    action="${action}"
    ${label === undefined ? undefined : html`aria-label="${label}"`}
  >
    ${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    ${fields.map(field)}
    <button type="submit">${button}</button>
  </form>`;

function field(given: Field): Html {
  const { name, label, hint, id = name } = given;
  const described = hint === undefined ? undefined : html`aria-describedby="${id}-hint"`;
  const named = html`id="${id}" name="${name}" ${described}`;
  const note = hint === undefined ? undefined : html`<p class="hint" id="${id}-hint">${hint}</p>`;
  if ('isTick' in given)
    return html`<div class="tick">
      <input ${named} type="checkbox" value="${given.value}" />
      <label for="${id}">${label}</label>
      ${note}
    </div>`;
  return html`<div class="field">
    <label for="${id}">${label}</label>
    ${'options' in given ? choice(given, named) : text(given, named)} ${note}
  </div>`;
}

const choice = ({ options, value: chosen }: Choice, named: Html): Html =>
  html`<select ${named}>
    ${options.map(
      ([value, shown]) =>
        html`<option value="${value}" ${value === chosen ? html`selected` : undefined}>${shown}</option>`,
    )}
  </select>`;

const text = ({ type = 'text', value, attributes = {} }: TextField, named: Html): Html =>
  html`<input
    ${named}
    type="${type}"
    value="${value}"
    ${Object.entries(attributes).map(([name, set]) => html` ${name}="${set === true ? '' : set}"`)}
  />`;
