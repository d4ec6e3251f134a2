import type { PageText } from './page-texts';

/** The pages that buyers see. */
export interface PagesConfiguration {
  /**
   * Your name as buyers know it: 1 to 100 characters. A logo requires it.
   *
   * @default - none
   */
  readonly seller?: string;
  /**
   * A PNG, JPEG, WebP or SVG file of at most 100 KB, relative to `configurationFolder`. It is inlined into the pages.
   *
   * @default - none
   */
  readonly logo?: string;
  /**
   * The colour of links and buttons, as `#rrggbb`; `dark`: on a dark screen. Each must be readable by WCAG 2.2.
   *
   * @default - `#0a58ca`; on a dark screen the nearest colour to `light` that can be read there
   */
  readonly accent?: { readonly light: string; readonly dark?: string };
  /**
   * An https address.
   *
   * @default - none
   */
  readonly termsUrl?: string;
  /**
   * An https address.
   *
   * @default - none
   */
  readonly privacyUrl?: string;
  /**
   * Where the buyer goes after the registration: an https address.
   *
   * @default - none
   */
  readonly nextUrl?: string;
  /**
   * Which fields the form has, and which of them the buyer may leave empty. It always has the e-mail address.
   *
   * @default - `name` and `company` are required, there is no `phone`
   */
  readonly contactFields?: ContactFieldsConfiguration;
  /**
   * The language of the texts, for screen readers and for dates: a BCP 47 tag.
   *
   * @default 'en'
   */
  readonly language?: string;
  /**
   * Texts of your own, by name: 1 to 500 characters each, with no placeholder that the default text does not have.
   *
   * @default - `PAGE_TEXTS`
   */
  readonly texts?: { readonly [name in PageText]?: string };
}

/** The fields of the registration form, beside the e-mail address. */
export interface ContactFieldsConfiguration {
  /** @default 'required' */
  readonly name?: FieldPresence;
  /** @default 'required' */
  readonly company?: FieldPresence;
  /** @default 'none' */
  readonly phone?: FieldPresence;
}

/** Whether a field of the form is there, and whether the buyer may leave it empty. */
export type FieldPresence = 'required' | 'optional' | 'none';
