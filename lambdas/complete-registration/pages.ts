import type { Product } from '../shared/contract/seller-configuration';
import type { Subscription } from '../shared/domain/subscription';
import { html, type Html } from '../../web/html';
import { messagePage, pageResponse, type Support } from '../shared/runtime/http-page';
import type { HttpResponse } from '../shared/runtime/http-message';
import { FORM_FIELDS, type FormErrors, type FormField, type FormValues } from './contact-form';

export interface RegistrationPage {
  subscription: Subscription;
  productName: Product['name'];
  support: Support;
}

export interface FormPage extends RegistrationPage {
  values: FormValues;
  errors: FormErrors;
  /** ISO 8601 UTC; when the form was last submitted. */
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

/** The form, empty or with the typed values and their errors. It uses no JavaScript. */
export function formPage({ values, errors, completedAt, ...page }: FormPage): HttpResponse {
  const wrong = FORM_FIELDS.filter((field) => errors[field] !== undefined);
  const heading = `Set up your account for ${page.productName}`;
  return pageResponse({
    statusCode: wrong.length > 0 ? 400 : 200,
    // A screen reader reads the title first.
    title: wrong.length > 0 ? `Error: ${heading}` : heading,
    heading,
    support: page.support,
    content: html`${wrong.length > 0 ? errorSummary(wrong, errors) : undefined} ${subscriptionDetails(page)}
      ${completedAt === undefined ? html`<p>Enter your contact data to complete your account.</p>` : registeredBefore(completedAt)}
      <form method="post" action="/registration" novalidate>
        ${FORM_FIELDS.map((field) => formField(field, values[field], errors[field]))}
        <button type="submit">Create account</button>
      </form>`,
  });
}

/** The confirmation after the form, by redirect, so that reloading does not submit the form again. */
export function donePage(page: RegistrationPage): HttpResponse {
  return pageResponse({
    statusCode: 200,
    title: 'Your account has been created',
    support: page.support,
    content: html`<p class="done" role="status">Thank you. Your registration for ${page.productName} is complete.</p>
      ${subscriptionDetails(page)}
      <p>AWS Marketplace bills your usage with your other AWS charges. We never ask for payment data.</p>
      <p><a href="/registration">Change your contact data</a></p>`,
  });
}

export function noSessionPage(support: Support): HttpResponse {
  const sentences = [
    'For your safety, your session ends one hour after you come from AWS Marketplace.',
    'In AWS Marketplace, open Manage subscriptions, choose this product and click “Set up your account” again.',
  ];
  return messagePage({ statusCode: 401, title: 'Open this page from AWS Marketplace', sentences, support });
}

export function foreignOriginPage(support: Support): HttpResponse {
  const sentences = ['It was not submitted from our page. Please open the page again.'];
  return messagePage({ statusCode: 403, title: 'The form was not accepted', sentences, support });
}

function subscriptionDetails({ subscription, productName }: RegistrationPage): Html {
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
    This subscription was registered on ${completedAt.slice(0, 10)}. Submit the form again to replace the contact data.
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
