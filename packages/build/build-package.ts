import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReference } from './api-reference';
import { bundleModule, type Bundled } from './bundle';
import { rollUpDeclarations } from './declarations';
import { LICENSES_FILE, licensesOf } from './licenses';
import { manifestOf, MODULES, ROOT } from './manifest';
import type { PackageDesign } from './package-design';
import { writePages } from './pages';

export interface BuiltPackage {
  /** Ready for `npm pack`. */
  folder: string;
  /** The page of the API reference. */
  reference: string;
}

export async function buildPackage(design: PackageDesign): Promise<BuiltPackage> {
  const folder = join(ROOT, 'dist', 'packages', design.name);
  const modules = join(folder, MODULES);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const { text, modelFile } = rollUpDeclarations(design);
  writeFileSync(join(modules, 'index.d.mts'), text);
  if (design.commonJs) writeFileSync(join(modules, 'index.d.cts'), text);
  const { imported, contained } = await bundleAll(design, modules);
  if (design.containsDependencies) writeFileSync(join(folder, LICENSES_FILE), licensesOf(contained));
  await design.writeMore?.(modules);
  for (const [name, path] of Object.entries(design.copies ?? {})) copyFileSync(join(ROOT, path), join(folder, name));
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(design, imported), null, 2)}\n`);
  writePages(design, folder);
  return { folder, reference: await apiReference(design, modelFile) };
}

/** @returns what all modules together import and contain. */
async function bundleAll(design: PackageDesign, folder: string): Promise<Bundled> {
  const { entry, commonJs, commands = {}, plugins = [], containsDependencies: withPackages = false } = design;
  const bundles = [
    { entry, file: 'index.mjs', format: 'esm' as const },
    ...(commonJs ? [{ entry, file: 'index.cjs', format: 'cjs' as const }] : []),
    ...Object.entries(commands).map(([name, command]) => ({
      ...{ entry: command, file: `${name}.mjs`, format: 'esm' as const, banner: '#!/usr/bin/env node' },
    })),
  ].map((bundle) => bundleModule({ ...bundle, file: join(folder, bundle.file), plugins, withPackages }));
  const bundled = await Promise.all(bundles);
  const all = (part: keyof Bundled) => [...new Set(bundled.flatMap((each) => each[part]))].sort();
  return { imported: all('imported'), contained: all('contained') };
}
