import stringWidth from 'string-width';

/** The columns that a text takes on a terminal, without its colours: as the tables count them. */
export const columnsOf = (text: string): number => stringWidth(text);

/** Breaks a text into lines of at most `width` columns: at spaces, and within a word that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => (columnsOf(line) <= width ? [line] : wrapLine(line, width)));
}

function wrapLine(text: string, width: number): string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  for (const word of text.slice(indent.length).split(' ')) {
    const begun = line.trim() === '' ? line : `${line} `;
    if (columnsOf(begun + word) <= width) {
      line = begun + word;
      continue;
    }
    if (line.trim() !== '') lines.push(line);
    const pieces = brokenWord(word, Math.max(1, width - indent.length));
    lines.push(...pieces.slice(0, -1).map((piece) => indent + piece));
    line = indent + (pieces.at(-1) ?? '');
  }
  return [...lines, line];
}

function brokenWord(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  const pieces = [''];
  for (const character of word) {
    const last = pieces.length - 1;
    if (columnsOf(pieces[last] + character) > width) pieces.push(character);
    else pieces[last] += character;
  }
  return pieces;
}
