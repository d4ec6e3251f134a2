import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { LICENSES_FILE } from './licenses';
import type { PackageDesign } from './package-design';

export const ROOT = resolve(import.meta.dirname, '../..');

const names = z.record(z.string(), z.string());
const root = z
  .object({ version: z.string(), license: z.string(), dependencies: names, devDependencies: names })
  .parse(JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')));

/** Where the modules are in a package. */
export const MODULES = 'dist';

/**
 * The package's `package.json`. It depends on what its modules import, at the versions that this repository tests with or
 * later compatible ones.
 * @throws Error when a module imports a package that this repository does not depend on.
 */
export function manifestOf(design: PackageDesign, imported: readonly string[]): Record<string, unknown> {
  const { name, description, keywords, commands = {}, peerDependencies = {}, node } = design;
  const bundled = imported.filter((each) => !(each in peerDependencies));
  return {
    name,
    version: root.version,
    description,
    keywords,
    license: root.license,
    type: 'module',
    sideEffects: false,
    engines: { node },
    exports: {
      '.': entryPoints(design),
      './package.json': './package.json',
      ...Object.fromEntries(Object.keys(design.copies ?? {}).map((file) => [`./${file}`, `./${file}`])),
    },
    ...(design.commonJs && { main: module('index.cjs'), types: module('index.d.cts') }),
    ...(!design.commonJs && { types: module('index.d.mts') }),
    ...(Object.keys(commands).length > 0 && {
      bin: Object.fromEntries(Object.keys(commands).map((command) => [command, module(`${command}.mjs`)])),
    }),
    files: [
      MODULES,
      ...(design.containsDependencies ? [LICENSES_FILE] : []),
      ...Object.keys(design.copies ?? {}),
      ...(design.pages ?? []),
    ],
    dependencies: Object.fromEntries(bundled.map((each) => [each, `^${versionOf(each)}`])),
    peerDependencies,
  };
}

/** TypeScript takes the declarations of a module by the ending of its file, so each format has its own. */
function entryPoints({ commonJs }: PackageDesign) {
  return {
    import: { types: module('index.d.mts'), default: module('index.mjs') },
    ...(commonJs && { require: { types: module('index.d.cts'), default: module('index.cjs') } }),
  };
}

const module = (file: string) => `./${MODULES}/${file}`;

function versionOf(name: string): string {
  const version = root.dependencies[name] ?? root.devDependencies[name];
  if (version === undefined) throw new Error(`A packed module imports ${name}: add it to package.json.`);
  return version;
}
