import * as z from 'zod';
import { pageSection } from './page-configuration';

/** The parts of the seller's look that `lib/` computes from the configuration. */
const brand = z.object({
  /** A `data:` URI. */
  logo: z
    .string()
    .regex(/^data:image\/(png|jpeg|webp|svg\+xml);base64,/)
    .optional(),
  /** By colour scheme, `#rrggbb`. */
  accent: z
    .object({ light: z.string().regex(/^#[0-9a-f]{6}$/i), dark: z.string().regex(/^#[0-9a-f]{6}$/i) })
    .optional(),
});

/**
 * What the pages need of the seller's configuration. `lib/` puts it beside the functions that show pages.
 */
export const sellerPagesSchema = brand.extend({ page: pageSection });

export type Brand = z.infer<typeof brand>;
export type SellerPages = z.infer<typeof sellerPagesSchema>;
