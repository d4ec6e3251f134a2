import { colord, extend } from 'colord';
import a11y from 'colord/plugins/a11y';
import type { PageConfiguration } from './page-configuration';

type Scheme = 'light' | 'dark';

/** An accent colour for each colour scheme. */
export type Accent = Record<Scheme, string>;

/** What the accent stands on: the page and the cards of `web/style.ts`, which a test compares. */
export const BACKGROUNDS: Readonly<Record<Scheme, readonly string[]>> = {
  light: ['#f4f5f7', '#ffffff'],
  dark: ['#0d1117', '#161b22'],
};

/** WCAG 2.2, success criterion 1.4.3, for text of normal size: https://www.w3.org/TR/WCAG22/#contrast-minimum */
const MIN_CONTRAST = 4.5;

/** A colour that cannot be read in a scheme: the ratio that it has, and the nearest colour that can be read. */
export interface LowContrast {
  scheme: Scheme;
  ratio: number;
  background: string;
  nearest: string;
}

/** The given colours that cannot be read. */
export function lowContrasts(accent: NonNullable<PageConfiguration['accent']>): LowContrast[] {
  const schemes: Scheme[] = ['light', 'dark'];
  return schemes.flatMap((scheme) => {
    const colour = accent[scheme];
    if (colour === undefined) return [];
    const { ratio, background } = lowest(colour, scheme);
    return ratio < MIN_CONTRAST ? [{ scheme, ratio, background, nearest: nearestReadable(colour, scheme) }] : [];
  });
}

/** The colours of both schemes. The dark one is by default the nearest to the light one that can be read. */
export function accentOf({ light, dark }: NonNullable<PageConfiguration['accent']>): Accent {
  return { light, dark: dark ?? nearestReadable(light, 'dark') };
}

/** The contrast of the background on which the colour is hardest to read, rounded down to two decimals. */
function lowest(colour: string, scheme: Scheme): { ratio: number; background: string } {
  extend([a11y]);
  const ratios = BACKGROUNDS[scheme].map((background) => ({ background, ratio: colord(colour).contrast(background) }));
  return ratios.reduce((least, each) => (each.ratio < least.ratio ? each : least));
}

/** Of the same hue and saturation; in steps of a hundredth of lightness away from the backgrounds. */
function nearestReadable(colour: string, scheme: Scheme): string {
  for (let step = 0; step < 100; step += 1) {
    const moved = scheme === 'light' ? colord(colour).darken(step / 100) : colord(colour).lighten(step / 100);
    if (lowest(moved.toHex(), scheme).ratio >= MIN_CONTRAST) return moved.toHex();
  }
  return scheme === 'light' ? '#000000' : '#ffffff';
}
