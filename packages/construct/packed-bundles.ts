import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { functionBundle as Bundle } from '../../lib/function-bundle';

export const FUNCTIONS_FOLDER = 'functions';
export const BUNDLE_FILE = 'index.mjs';

/** Stands for `lib/function-bundle.ts` in the package: the bundles were made when it was built. */
export const functionBundle: typeof Bundle = (name) =>
  readFileSync(join(import.meta.dirname, FUNCTIONS_FOLDER, name, BUNDLE_FILE));
