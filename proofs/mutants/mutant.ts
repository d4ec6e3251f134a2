import type { Replacement } from './bundle';

/** Production code without one of its safety mechanisms. */
export interface Mutant {
  name: string;
  changes: readonly Replacement[];
}

export function mutant(
  name: string,
  file: string,
  ...changes: readonly (readonly [find: string, replace: string])[]
): Mutant {
  return { name, changes: changes.map(([find, replace]) => ({ file, find, replace })) };
}

/** A mutant with one change. */
// eslint-disable-next-line max-params -- one row a mutant reads as a table
export const row = (name: string, file: string, find: string, replace: string): Mutant =>
  mutant(name, file, [find, replace]);
