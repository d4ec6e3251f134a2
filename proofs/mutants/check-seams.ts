import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './bundle';
import type { Mutant, Seam } from './mutant';

/**
 * @throws Error that names a mutant whose seam no longer exists: the code has changed, and the mutant removes nothing.
 */
export async function checkSeams(mutants: readonly Mutant[]): Promise<void> {
  for (const { name, seams } of mutants) {
    for (const seam of seams) {
      if (!(seam.name in (await homeOf(seam))))
        throw new Error(
          `The mutant "${name}" replaces something that no longer exists: ${seam.name} of ${homeName(seam)}.`,
        );
    }
  }
}

async function homeOf(seam: Seam): Promise<object> {
  if (seam.kind === 'method') return seam.owner.prototype;
  return import(pathToFileURL(resolve(ROOT, `${seam.module}.ts`)).href) as Promise<object>;
}

const homeName = (seam: Seam) => (seam.kind === 'method' ? seam.owner.name : `${seam.module}.ts`);
