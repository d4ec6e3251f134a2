import { UNPRINTABLE } from '../../lambdas/shared/contract/unprintable';

const EACH = new RegExp(UNPRINTABLE, 'g');

/**
 * Text from data as one line that cannot move the cursor, change colours or reverse other text: such a character is
 * shown as its JSON escape, `\u202e`. Anybody who may put items decides what is stored, so every cell passes here.
 */
export function printable(text: string): string {
  return text.replaceAll(EACH, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for text of several lines, such as an error or indented JSON. Only line feeds stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
