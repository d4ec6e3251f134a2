import { html, type Html } from '../../web/html';
import { pageResponse } from '../shared/runtime/http-page';
import type { HttpResponse } from '../shared/runtime/http-message';
import type { SellerSite } from '../shared/runtime/seller-site';
import { MAX_LENGTH, type AskedField, type FormErrors, type FormField, type FormValues } from './contact-form';
import { productNameOf, purchaseDetails, type Purchase } from './purchase';

export interface FormPage {
  purchase: Purchase;
  asked: readonly AskedField[];
  values: FormValues;
  errors: FormErrors;
  /** ISO 8601 UTC; when the form was last submitted. Undefined: never. */
  completedAt: string | undefined;
}

const INPUTS: Record<FormField, { type: string; autocomplete: string }> = {
  email: { type: 'email', autocomplete: 'email' },
  name: { type: 'text', autocomplete: 'name' },
  company: { type: 'text', autocomplete: 'organization' },
  phone: { type: 'tel', autocomplete: 'tel' },
};

/** The form, with the known or the typed values and their errors. It uses no JavaScript. */
export function formPage(site: SellerSite, { purchase, asked, values, errors, completedAt }: FormPage): HttpResponse {
  const { say } = site;
  const wrong = asked.filter(({ field }) => errors[field] !== undefined);
  const isChange = completedAt !== undefined;
  const heading = say(isChange ? 'changeHeading' : 'formHeading', { product: productNameOf(purchase) });
  const intro = isChange ? say('changeIntro', { date: site.date(completedAt) }) : say('formIntro');
  return pageResponse(site, {
    statusCode: wrong.length > 0 ? 400 : 200,
    // A screen reader reads the title first.
    title: wrong.length > 0 ? say('errorTitle', { heading }) : heading,
    heading,
    content: html`${wrong.length > 0 ? errorSummary(wrong, errors, site) : undefined}
      ${isChange ? undefined : purchaseDetails(purchase, site)}
      <p>${intro}</p>
      <form method="post" action="/registration${isChange ? '?change' : ''}" novalidate>
        ${asked.map((each) => formField(each, { value: values[each.field] ?? '', errors }, site))}
        <button type="submit">${say(isChange ? 'changeButton' : 'formButton')}</button>
      </form>
      ${isChange ? html`<p class="back"><a href="/registration">${say('changeBack')}</a></p>` : undefined}`,
  });
}

function errorSummary(wrong: readonly AskedField[], errors: FormErrors, site: SellerSite): Html {
  return html`<div class="summary" role="alert" aria-labelledby="summary-title">
    <h2 id="summary-title">${site.say('errorSummary')}</h2>
    <ul>
      ${wrong.map(({ field }) => html`<li><a href="#${field}">${sentenceOf(field, errors, site)}</a></li>`)}
    </ul>
  </div>`;
}

function sentenceOf(field: FormField, errors: FormErrors, { say }: SellerSite): string | undefined {
  const error = errors[field];
  return error === undefined ? undefined : say(error, { max: String(MAX_LENGTH[field]) });
}

function formField(
  { field, isRequired }: AskedField,
  { value, errors }: { value: string; errors: FormErrors },
  site: SellerSite,
): Html {
  const { type, autocomplete } = INPUTS[field];
  const error = sentenceOf(field, errors, site);
  const message = error === undefined ? undefined : html`<p class="error" id="${field}-error">${error}</p>`;
  const invalid = error === undefined ? undefined : html`aria-invalid="true" aria-describedby="${field}-error"`;
  const optional = isRequired ? undefined : html` <span class="optional">${site.say('optional')}</span>`;
  return html`<div class="field">
    <label for="${field}">${site.say(`${field}Label`)}${optional}</label>
    ${message}
    <input
      id="${field}"
      name="${field}"
      type="${type}"
      autocomplete="${autocomplete}"
      maxlength="${MAX_LENGTH[field]}"
      value="${value}"
      ${isRequired ? html`required` : undefined}
      ${invalid}
    />
  </div>`;
}
