import * as z from 'zod';
import { PAGE_TEXT_NAMES, type PageText } from './page-texts';
import { printableText } from './printable-text';
import { webAddress } from './web-address';

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'a colour in six hexadecimal digits, such as #0a58ca');

/** Whether a field of the form is there, and whether the buyer may leave it empty. */
const presence = z.enum(['required', 'optional', 'none']);

/** AWS requires the e-mail address, so the form always has it. */
const contactFields = z.strictObject({
  name: presence.default('required'),
  company: presence.default('required'),
  phone: presence.default('none'),
});

const TEXT_MAX = 500;

const texts = z.strictObject(
  Object.fromEntries(PAGE_TEXT_NAMES.map((name) => [name, printableText(TEXT_MAX).optional()])) as Record<
    PageText,
    z.ZodOptional<z.ZodString>
  >,
);

/** A BCP 47 tag, such as `en`. */
const language = z.string().refine(isLanguage, 'give a language tag, such as en or pt-BR');

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The pages that buyers see. */
const pageConfiguration = z
  .strictObject({
    /** The seller's name as buyers know it. */
    seller: printableText(100).optional(),
    /** A PNG, JPEG, WebP or SVG file, relative to the configuration's folder. It is inlined into the pages. */
    logo: z.string().min(1).max(1000).optional(),
    /** The colour of links and buttons; `dark`: on a dark screen, default: the nearest that can be read there. */
    accent: z.strictObject({ light: colour, dark: colour.optional() }).optional(),
    termsUrl: webAddress.optional(),
    privacyUrl: webAddress.optional(),
    /** Where the buyer goes after the registration: the application, or its documentation. */
    nextUrl: webAddress.optional(),
    contactFields: contactFields.prefault({}),
    /** The language of the texts, for screen readers and for dates. */
    language: language.default('en'),
    texts: texts.prefault({}),
  })
  .refine(({ logo, seller }) => logo === undefined || seller !== undefined, {
    path: ['seller'],
    error: 'name the seller: it stands for the logo where no picture is shown',
  });

/** Everything has a default. */
export const pageSection = pageConfiguration.prefault({});

export type PageConfiguration = z.infer<typeof pageConfiguration>;
export type ContactFields = PageConfiguration['contactFields'];
