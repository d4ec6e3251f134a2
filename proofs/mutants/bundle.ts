import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** A change of production code, made while it is bundled: nothing on disk is touched. */
export interface Replacement {
  /** From the project's root. */
  file: string;
  find: string;
  replace: string;
}

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Bundles the simulation, with production code as it is or with some of it replaced, to a file that worker threads run.
 * @throws Error when a replacement's text is not found exactly once: code has moved on, and the change means nothing.
 */
export async function bundleSimulation(name: string, replacements: readonly Replacement[] = []): Promise<string> {
  const outfile = resolve(ROOT, `.local/mutants/${name}.mjs`);
  const left = new Set(replacements);
  await build({
    entryPoints: [resolve(ROOT, 'proofs/simulation/worker.ts')],
    outfile,
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external', logLevel: 'silent' },
    plugins: [replacing(left)],
  });
  const [missed] = left;
  if (missed) throw new Error(`${name}: ${missed.file} is not part of the simulation.`);
  return outfile;
}

/** Replaces while esbuild loads; what it has found is taken out of `left`. */
export function replacing(left: Set<Replacement>): Plugin {
  return {
    name: 'replacing',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/](lambdas|ops)[\\/].*\.ts$/ }, async ({ path }) => {
        const file = relative(ROOT, path).replaceAll('\\', '/');
        let contents = await readFile(path, 'utf8');
        for (const replacement of [...left].filter((candidate) => candidate.file === file)) {
          contents = replaceOnce(contents, replacement);
          left.delete(replacement);
        }
        return { contents, loader: 'ts' };
      });
    },
  };
}

export function replaceOnce(contents: string, { file, find, replace }: Replacement): string {
  const parts = contents.split(find);
  if (parts.length !== 2) throw new Error(`${file} holds this ${parts.length - 1} times, not once: ${find}`);
  return parts.join(replace);
}
