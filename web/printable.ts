/**
 * A character that changes how other text is shown: controls, bidirectional controls, line and paragraph separators, and
 * characters without a width.
 */
export const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

const EACH = new RegExp(UNPRINTABLE, 'g');

/** Shows such a character as its JSON escape, `\u202e`. Line feeds stay. */
export const printableLines = (text: string): string =>
  text.replaceAll(EACH, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
