import * as z from 'zod';
import type { Contact } from '../shared/stores/registrations';

/** In order of the form. */
export const FORM_FIELDS = ['email', 'name', 'company'] as const satisfies readonly (keyof Contact)[];
export type FormField = (typeof FORM_FIELDS)[number];

/** The values as typed, not validated. */
export type FormValues = Record<FormField, string>;
export type FormErrors = Partial<Record<FormField, string>>;

export type FormResult = { outcome: 'valid'; contact: Contact } | { outcome: 'invalid'; errors: FormErrors };

/** RFC 5321: the longest address that mail servers must accept. */
const EMAIL_MAX = 254;
const TEXT_MAX = 200;

/** The pattern of browsers' e-mail fields, with a dot required in the domain. Any provider is accepted. */
const EMAIL =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i;

/**
 * A line of text. Control characters could reach a mail header or a terminal, and bidirectional ones show a name as another
 * one. Joiners without a width stay: names of many languages need them.
 */
const text = (missing: string, tooLong: string) =>
  z
    .string()
    .trim()
    .min(1, missing)
    .max(TEXT_MAX, tooLong)
    .regex(
      /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u,
      'Remove line breaks and control characters',
    );

const contactForm = z.object({
  email: z
    .string()
    .trim()
    .min(1, 'Enter your e-mail address')
    .max(EMAIL_MAX, `Enter an e-mail address of at most ${EMAIL_MAX} characters`)
    .regex(EMAIL, 'Enter an e-mail address like name@example.com'),
  name: text('Enter your name', `Enter a name of at most ${TEXT_MAX} characters`),
  company: text('Enter the name of your company', `Enter a company name of at most ${TEXT_MAX} characters`),
}) satisfies z.ZodType<Contact>;

export function readFormValues(body: string): FormValues {
  const fields = new URLSearchParams(body);
  return {
    email: fields.get('email') ?? '',
    name: fields.get('name') ?? '',
    company: fields.get('company') ?? '',
  };
}

/** @returns the contact, or one sentence per invalid field. */
export function validateForm(values: FormValues): FormResult {
  const parsed = contactForm.safeParse(values);
  if (parsed.success) return { outcome: 'valid', contact: parsed.data };
  const { fieldErrors } = z.flattenError(parsed.error);
  return {
    outcome: 'invalid',
    errors: {
      email: fieldErrors.email?.[0],
      name: fieldErrors.name?.[0],
      company: fieldErrors.company?.[0],
    },
  };
}
