import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';

const FILE = resolve(import.meta.dirname, 'known-seeds.json');

/** What one of the first seeds notices is found as soon without a known one. */
const SOON = 3;

const knownSeeds = z.record(z.string(), z.number());

/**
 * By mutant, a seed that broke a promise when `--write` was last given: a rare one need not be searched for again. Other
 * code takes other turns at the same seed, and then the search begins anew.
 */
export function readKnownSeeds(): Readonly<Record<string, number>> {
  return knownSeeds.parse(JSON.parse(readFileSync(FILE, 'utf8')));
}

export function writeKnownSeeds(found: readonly { mutant: string; seed: number }[]): void {
  const rare = found.filter(({ seed }) => seed > SOON).map(({ mutant, seed }) => [mutant, seed]);
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(rare), undefined, 2)}\n`);
}
