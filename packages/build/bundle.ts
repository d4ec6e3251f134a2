import { isBuiltin } from 'node:module';
import { build, type Format, type Plugin } from 'esbuild';

export interface BundledModule {
  /** The module's source. */
  entry: string;
  file: string;
  format: Extract<Format, 'esm' | 'cjs'>;
  plugins: readonly Plugin[];
  /** The first line of a command, which says what runs it. */
  banner?: string;
}

/**
 * Bundles one module with all that it imports of this repository. Packages stay imports.
 * @returns the names of those packages.
 */
export async function bundleModule({ entry, file, format, plugins, banner = '' }: BundledModule): Promise<string[]> {
  // CommonJS has no `import.meta`.
  const define: Record<string, string> = format === 'cjs' ? { 'import.meta.dirname': '__dirname' } : {};
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format,
    // Doc comments are in the declarations.
    legalComments: 'none',
    define,
    banner: { js: banner },
    plugins: [...plugins],
    logLevel: 'warning',
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...new Set(imported.filter((path) => !isBuiltin(path)).map(packageOf))].sort();
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
