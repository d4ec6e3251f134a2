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
  /** Whether packages are bundled, too. */
  withPackages: boolean;
}

export interface Bundled {
  /** The names of the packages that stay imports. */
  imported: string[];
  /** The files that are in the bundle, from the root of the repository. */
  contained: string[];
}

/** What CommonJS modules in an ES module need. */
const REQUIRE = "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);";

/** Bundles one module with all that it imports of this repository. */
export async function bundleModule(module: BundledModule): Promise<Bundled> {
  const { entry, file, format, plugins, banner = '', withPackages } = module;
  // CommonJS has no `import.meta`.
  const define: Record<string, string> = format === 'cjs' ? { 'import.meta.dirname': '__dirname' } : {};
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    packages: withPackages ? 'bundle' : 'external',
    minify: withPackages,
    platform: 'node',
    target: 'node20',
    format,
    // Doc comments are in the declarations.
    legalComments: 'none',
    define,
    banner: { js: [banner, withPackages && format === 'esm' ? REQUIRE : ''].filter(Boolean).join('\n') },
    plugins: [...plugins],
    logLevel: 'warning',
    metafile: true,
  });
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return {
    imported: [...new Set(imported.filter((path) => !isBuiltin(path)).map(packageOf))].sort(),
    contained: Object.keys(metafile.inputs),
  };
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
