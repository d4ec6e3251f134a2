/**
 * A character that changes how other text is shown: controls (ANSI sequences begin with one), bidirectional controls,
 * line and paragraph separators, and characters without a width. Names may not have one.
 */
export const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

const EACH = new RegExp(UNPRINTABLE, 'g');

/**
 * Text from data as one line that cannot move the cursor, change colours or reverse other text: such a character is
 * shown as its JSON escape, `\u202e`. The terminal and CSV print no data without it.
 */
export function printable(text: string): string {
  return text.replaceAll(EACH, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for text of several lines, such as an error or indented JSON. Only line feeds stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}
