import type { ContactFields } from '../shared/contract/page-configuration';
import type { PageText } from '../shared/contract/page-texts';
import type { Contact } from '../shared/stores/registrations';

/** In order of the form. */
const FIELDS = ['email', 'name', 'company', 'phone'] as const satisfies readonly (keyof Contact)[];
export type FormField = (typeof FIELDS)[number];

/** A field that the seller asks for. */
export interface AskedField {
  field: FormField;
  isRequired: boolean;
}

/** The values as typed, not validated. */
export type FormValues = Partial<Record<FormField, string>>;
/** The text that says what is wrong with a field. */
export type FormErrors = Partial<Record<FormField, PageText>>;

export type FormResult = { outcome: 'valid'; contact: Contact } | { outcome: 'invalid'; errors: FormErrors };

/** RFC 5321: the longest address that mail servers must accept. ITU-T E.164: 15 digits; people write more around them. */
export const MAX_LENGTH: Readonly<Record<FormField, number>> = { email: 254, name: 200, company: 200, phone: 40 };

/**
 * A line of text. Control characters could reach a mail header or a terminal, and bidirectional ones show a name as another
 * one. Joiners without a width stay: names of many languages need them.
 */
const LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*$/u;

const FORMS: Readonly<Record<FormField, RegExp>> = {
  /** The pattern of browsers' e-mail fields, with a dot required in the domain. Any provider is accepted. */
  email: /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i,
  name: LINE,
  company: LINE,
  /** At least four digits, and what people write between them. */
  phone: /^(?=(?:\D*\d){4})[\d +().\/x#-]+$/i,
};

/** The fields of the form. AWS requires the e-mail address. */
export function askedFields(fields: ContactFields): AskedField[] {
  return FIELDS.flatMap((field) => {
    const presence = field === 'email' ? 'required' : fields[field];
    return presence === 'none' ? [] : [{ field, isRequired: presence === 'required' }];
  });
}

export function readFormValues(body: string): FormValues {
  const fields = new URLSearchParams(body);
  return Object.fromEntries(FIELDS.map((field) => [field, fields.get(field) ?? '']));
}

/** @returns the contact, or the text for each invalid field. A field that was not asked for is ignored. */
export function validateForm(values: FormValues, asked: readonly AskedField[]): FormResult {
  const errors: FormErrors = {};
  const entered: FormValues = {};
  for (const { field, isRequired } of asked) {
    const value = (values[field] ?? '').trim();
    const problem = problemOf(field, value, isRequired);
    if (problem !== undefined) errors[field] = problem;
    else if (value !== '') entered[field] = value;
  }
  const { email, ...others } = entered;
  if (email === undefined || Object.keys(errors).length > 0) return { outcome: 'invalid', errors };
  return { outcome: 'valid', contact: { email, ...others } };
}

function problemOf(field: FormField, value: string, isRequired: boolean): PageText | undefined {
  if (value === '') return isRequired ? `${field}Missing` : undefined;
  if (value.length > MAX_LENGTH[field]) return `${field}TooLong`;
  return FORMS[field].test(value) ? undefined : `${field}Invalid`;
}
