import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { accentOf, BACKGROUNDS, lowContrasts } from '../../lambdas/shared/contract/accent';
import { BASE_STYLE } from '../../web/style';

/** WCAG 2.2, "relative luminance" and "contrast ratio", written out. */
function contrast(...colours: [string, string]): number {
  const [a = 0, b = 0] = colours.map((colour) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const value = parseInt(colour.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const least = (colour: string, scheme: 'light' | 'dark') =>
  Math.min(...BACKGROUNDS[scheme].map((background) => contrast(colour, background)));

const colour = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

describe('an accent colour', () => {
  it('is held against the backgrounds that the pages have', () => {
    const [light, dark] = [...BASE_STYLE.matchAll(/--page: (#\w+); --card: (#\w+);/g)].map(([, ...found]) => found);
    expect([light, dark]).toEqual([['#f4f5f7', '#fff'], BACKGROUNDS.dark]);
    expect(BACKGROUNDS.light).toEqual(['#f4f5f7', '#ffffff']);
  });

  it('is refused exactly when WCAG calls its contrast too low, with a colour that has it', () => {
    fc.assert(
      fc.property(colour, colour, (light, dark) => {
        const refused = lowContrasts({ light, dark });
        for (const [scheme, given] of Object.entries({ light, dark }) as ['light' | 'dark', string][]) {
          const ratio = least(given, scheme);
          const found = refused.find((each) => each.scheme === scheme);
          expect(found !== undefined).toBe(ratio < 4.5);
          if (found === undefined) continue;
          expect(Math.abs(found.ratio - ratio)).toBeLessThan(0.02);
          expect(least(found.nearest, scheme)).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  });

  it('can be read on a dark page without being chosen for it', () => {
    fc.assert(
      fc.property(colour, (light) => {
        const accent = accentOf({ light });
        expect(accent.light).toBe(light);
        expect(least(accent.dark, 'dark')).toBeGreaterThanOrEqual(4.5);
      }),
    );
    expect(accentOf({ light: '#0a58ca', dark: '#ffffff' }).dark).toBe('#ffffff');
    expect(accentOf({ light: '#8ab4f8' }).dark).toBe('#8ab4f8');
  });
});
