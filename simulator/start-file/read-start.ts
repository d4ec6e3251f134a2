import { inPlainWords } from '../plain-words';
import { readJson } from '../read-json';
import { startSchema, type Start } from './start-schema';

/** @throws Error that says of each wrong field what was found and what is allowed. */
export function readStartFile(file: string): Start {
  return parseStart(readJson(file, { noun: 'start file', option: '--start-file' }), file);
}

/** @param name - what a message calls the input. @throws Error as above. */
export function parseStart(input: unknown, name: string): Start {
  const parsed = startSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`Correct ${name}:\n${inPlainWords(parsed.error, input)}`);
}
