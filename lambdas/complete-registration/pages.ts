import type { Product } from '../shared/contract/seller-configuration';
import type { Subscription } from '../shared/domain/subscription';
import { html, type Html } from '../shared/runtime/http-html';
import type { HttpResponse } from '../shared/runtime/http-message';
import { messagePage, pageResponse, type Support } from '../shared/runtime/http-page';
import { FORM_FIELDS, type FormErrors, type FormField, type FormValues } from './contact-form';

export interface RegistrationPage {
  subscription: Subscription;
  productName: Product['name'];
  support: Support;
}

export interface FormPage extends RegistrationPage {
  values: FormValues;
  errors: FormErrors;
  /** ISO 8601 UTC of the last time the form was sent. */
  completedAt?: string;
}

const FIELDS: Record<FormField, { label: string; type: string; autocomplete: string; maxLength: number }> = {
  email: { label: 'E-mail address', type: 'email', autocomplete: 'email', maxLength: 254 },
  name: { label: 'Your name', type: 'text', autocomplete: 'name', maxLength: 200 },
  company: { label: 'Company', type: 'text', autocomplete: 'organization', maxLength: 200 },
};

const STATES: Record<Subscription['state'], string> = {
  pending: 'Waiting for AWS Marketplace to confirm',
  active: 'Active',
  ending: 'Ending',
  ended: 'Ended',
};

/** The form, empty or with what was typed and what is wrong with it. It works without JavaScript; there is none. */
export function formPage({ values, errors, completedAt, ...page }: FormPage): HttpResponse {
  const wrong = FORM_FIELDS.filter((field) => errors[field] !== undefined);
  const heading = `Set up your account for ${page.productName}`;
  return pageResponse({
    statusCode: wrong.length > 0 ? 400 : 200,
    // A screen reader says the title first.
    title: wrong.length > 0 ? `Error: ${heading}` : heading,
    heading,
    support: page.support,
    content: html`${wrong.length > 0 ? errorSummary(wrong, errors) : undefined} ${whatWasBought(page)}
      ${completedAt === undefined ? html`<p>Tell us how to reach you, and your account is ready.</p>` : registeredBefore(completedAt)}
      <form method="post" action="/registration" novalidate>
        ${FORM_FIELDS.map((field) => formField(field, values[field], errors[field]))}
        <button type="submit">Create account</button>
      </form>`,
  });
}

/** Where the buyer lands after sending the form, so that reloading sends nothing again. */
export function donePage(page: RegistrationPage): HttpResponse {
  return pageResponse({
    statusCode: 200,
    title: 'Your account has been created',
    support: page.support,
    content: html`<p class="done" role="status">Thank you. Your registration for ${page.productName} is complete.</p>
      ${whatWasBought(page)}
      <p>AWS Marketplace bills your use of it with your other AWS charges; we never ask for payment data.</p>
      <p><a href="/registration">Change your contact data</a></p>`,
  });
}

export function noSessionPage(support: Support): HttpResponse {
  const sentences = [
    'For your safety we remember you for one hour only after you come from AWS Marketplace.',
    'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account” again.',
  ];
  return messagePage({ statusCode: 401, title: 'Please come in through AWS Marketplace', sentences, support });
}

export function foreignOriginPage(support: Support): HttpResponse {
  const sentences = ['This form was not sent from our page, so we did not take it.', 'Please open the page again.'];
  return messagePage({ statusCode: 403, title: 'We did not take this form', sentences, support });
}

function whatWasBought({ subscription, productName }: RegistrationPage): Html {
  const { customerAWSAccountId, freeTrial, state, subscriptionId } = subscription;
  return html`<dl>
    <dt>Product</dt>
    <dd>${productName}${freeTrial ? ' (free trial)' : ''}</dd>
    ${
      customerAWSAccountId === undefined
        ? undefined
        : html`<dt>AWS account</dt>
            <dd>ends in ${customerAWSAccountId.slice(-4)}</dd>`
    }
    <dt>Subscription</dt>
    <dd>${STATES[state]}</dd>
    <dt>Reference</dt>
    <dd>${subscriptionId}</dd>
  </dl>`;
}

function registeredBefore(completedAt: string): Html {
  return html`<p class="note">
    This subscription was registered on ${completedAt.slice(0, 10)}. Sending the form again replaces the contact data.
  </p>`;
}

function errorSummary(wrong: readonly FormField[], errors: FormErrors): Html {
  return html`<div class="summary" role="alert" aria-labelledby="summary-title">
    <h2 id="summary-title">Please check the form</h2>
    <ul>
      ${wrong.map((field) => html`<li><a href="#${field}">${errors[field]}</a></li>`)}
    </ul>
  </div>`;
}

function formField(field: FormField, value: string, error: string | undefined): Html {
  const { label, type, autocomplete, maxLength } = FIELDS[field];
  const message = error === undefined ? undefined : html`<p class="error" id="${field}-error">${error}</p>`;
  const invalid = error === undefined ? undefined : html`aria-invalid="true" aria-describedby="${field}-error"`;
  return html`<div class="field">
    <label for="${field}">${label}</label>
    ${message}
    <input
      id="${field}"
      name="${field}"
      type="${type}"
      autocomplete="${autocomplete}"
      maxlength="${maxLength}"
      value="${value}"
      required
      ${invalid}
    />
  </div>`;
}
