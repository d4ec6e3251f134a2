import { readFileSync } from 'node:fs';

/** @throws Error that tells the user what is wrong with the file. */
export function readJson(file: string, { noun, option }: { noun: string; option: string }): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`There is no ${noun} at ${file}. Name one with ${option}.`, { cause });
  }
  try {
    // Some editors begin a file with the mark of its byte order.
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new Error(`${file} is not JSON: a comma, a quote or a bracket is missing or too many.`, { cause });
  }
}
