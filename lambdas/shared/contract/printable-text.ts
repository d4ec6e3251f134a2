import * as z from 'zod';
import { UNPRINTABLE } from '../../../web/printable';

/** A text as people read it, on pages, in invoices and on terminals. */
export const printableText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine(
      (text) => !UNPRINTABLE.test(text),
      'has a character that cannot be seen, or that changes the text around it: remove it',
    );
