import { relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Mutant } from './mutant';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Bundles a simulation's worker to a file that worker threads run. */
export async function bundleWorker(
  entry: string,
  { name, mutants = [] }: { name: string; mutants?: readonly Mutant[] },
) {
  const outfile = resolve(ROOT, `.local/mutants/${name}.mjs`);
  await build({
    entryPoints: [resolve(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: [replaceable(mutants)],
  });
  return outfile;
}

/**
 * Lets mutants replace the exports that they name while the bundle runs. A module that imports such an export gets a
 * variable in its place. The mutants themselves get the originals.
 */
export function replaceable(mutants: readonly Mutant[]): Plugin {
  const seams = mutants.flatMap(({ seams }) => seams).filter((seam) => seam.kind === 'export');
  const byModule = Map.groupBy(seams, ({ module }): string => module);
  return {
    name: 'replaceable',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir, importer }) => {
        const module = pathOf(resolve(resolveDir, path));
        const by = pathOf(importer);
        if (!byModule.has(module) || by.startsWith('proofs/mutants/')) return undefined;
        return { path: `${module}, imported by ${by}`, namespace: 'replaceable', pluginData: { module, by } };
      });
      onLoad({ filter: /.*/, namespace: 'replaceable' }, ({ pluginData }) => {
        const { module, by } = pluginData as { module: string; by: string };
        const names = new Set(byModule.get(module)?.map(({ name }) => name));
        return { contents: withVariables([...names], { module, by }), resolveDir: ROOT, loader: 'js' };
      });
    },
  };
}

function withVariables(names: readonly string[], { module, by }: { module: string; by: string }): string {
  const original = JSON.stringify(resolve(ROOT, `${module}.ts`));
  return [
    `import * as original from ${original};`,
    `import { bind } from ${JSON.stringify(resolve(ROOT, 'proofs/mutants/registry.ts'))};`,
    `export * from ${original};`,
    ...names.map((name) => {
      const seam = JSON.stringify({ module, importer: by, name });
      const set = `(value) => { ${name} = value; }`;
      return `export let ${name} = original.${name}; bind({ ...${seam}, original: ${name}, set: ${set} });`;
    }),
  ].join('\n');
}

/** From the project's root, without the ending. */
function pathOf(file: string): string {
  return relative(ROOT, file).replaceAll('\\', '/').replace(/\.ts$/, '');
}
