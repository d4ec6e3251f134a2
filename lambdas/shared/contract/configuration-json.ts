import { printable } from '../../../web/printable';

/** What is wrong most often, by what the line looks like. */
const CAUSES: readonly [pattern: RegExp, remedy: string][] = [
  [/^\s*(\/\/|\/\*|#)/, 'JSON has no comments: remove it'],
  [/'/, 'JSON has double quotes only: write " instead of \''],
  [/[\u201c\u201d]/, 'JSON has straight quotes only: write " instead of \u201c and \u201d'],
  [/^\s*[}\]]/, 'the line before ends with a comma too many, or something is missing before the bracket'],
  [/^\s*\w+\s*:/, 'put the name of the field into double quotes'],
];

/** @throws Error that says in which line the text is not JSON, and what is probably wrong there. */
export function parseConfigurationJson(text: string): unknown {
  // Some editors begin a file with a byte order mark.
  const plain = text.replace(/^\ufeff/, '');
  try {
    return JSON.parse(plain);
  } catch (cause) {
    throw new Error(`The marketplace configuration is not JSON: ${placeOf(plain, cause)}`, { cause });
  }
}

function placeOf(text: string, error: unknown): string {
  const [, at] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  if (at === undefined) return firstSuspect(text);
  return told(text, text.slice(0, Number(at)).split('\n').length);
}

/** Some errors name no position: those at the end of the text, and those whose text is short. */
function firstSuspect(text: string): string {
  if (text.trim() === '') return 'it is empty.';
  const lines = text.trimEnd().split('\n');
  for (let line = 1; line <= lines.length; line += 1) {
    const partial = lines.slice(0, line).join('\n');
    if (!isPrefix(partial)) return told(text, line);
  }
  return 'it ends too early: a closing bracket or quote is missing.';
}

/** Whether only the rest is missing: V8 then says that the input ends. */
function isPrefix(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return error instanceof Error && /Unexpected end|Unterminated/.test(error.message);
  }
}

function told(text: string, line: number): string {
  const content = text.split('\n')[line - 1] ?? '';
  const remedy =
    CAUSES.find(([pattern]) => pattern.test(content))?.[1] ?? 'a comma, a quote or a bracket is missing or too many';
  return `line ${line} is ${printable(content.trim()).slice(0, 60) || 'empty'}\n${remedy}.`;
}
