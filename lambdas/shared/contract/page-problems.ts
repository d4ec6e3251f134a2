import { lowContrasts } from './accent';
import type { PageConfiguration } from './page-configuration';
import { PAGE_TEXT_NAMES, PAGE_TEXTS, placeholdersOf } from './page-texts';

/** A field below `page`, and what is wrong with it. */
export interface PageProblem {
  path: string[];
  message: string;
}

/**
 * What is wrong with the pages. Only the parser of the seller's file asks: the functions' configuration has passed it, and
 * their bundles need no colours.
 */
export function pageProblems({ accent, texts }: PageConfiguration): PageProblem[] {
  return [...(accent === undefined ? [] : accentProblems(accent)), ...textProblems(texts)];
}

function accentProblems(accent: NonNullable<PageConfiguration['accent']>): PageProblem[] {
  return lowContrasts(accent).map(({ scheme, ratio, background, nearest }) => ({
    path: ['accent', scheme],
    message:
      `its contrast on ${background}, the ${scheme} page, is ${ratio.toFixed(2)} : 1, and text needs 4.5 : 1; ` +
      `the nearest colour that has it is ${nearest}`,
  }));
}

function textProblems(texts: PageConfiguration['texts']): PageProblem[] {
  return PAGE_TEXT_NAMES.flatMap((name) => {
    const allowed = placeholdersOf(PAGE_TEXTS[name]);
    const unknown = placeholdersOf(texts[name] ?? '').filter((placeholder) => !allowed.includes(placeholder));
    if (unknown.length === 0) return [];
    const rule = allowed.length === 0 ? 'this text has no values' : `this text has ${allowed.map(inBraces).join(', ')}`;
    return [{ path: ['texts', name], message: `nothing fills ${unknown.map(inBraces).join(', ')}: ${rule}` }];
  });
}

const inBraces = (name: string) => `{${name}}`;
