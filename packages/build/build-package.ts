import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiReference } from './api-reference';
import { bundleModule } from './bundle';
import { rollUpDeclarations } from './declarations';
import { manifestOf, MODULES, ROOT } from './manifest';
import type { PackageDesign } from './package-design';

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
  const imported = await bundleAll(design, modules);
  await design.writeMore?.(modules);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifestOf(design, imported), null, 2)}\n`);
  copyFileSync(join(ROOT, design.folder, 'README.md'), join(folder, 'README.md'));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  return { folder, reference: await apiReference(design, modelFile) };
}

/** @returns the packages that the modules import. */
async function bundleAll(design: PackageDesign, folder: string): Promise<string[]> {
  const { entry, commonJs, commands = {}, plugins = [] } = design;
  const bundles = [
    { entry, file: 'index.mjs', format: 'esm' as const },
    ...(commonJs ? [{ entry, file: 'index.cjs', format: 'cjs' as const }] : []),
    ...Object.entries(commands).map(([name, command]) => ({
      ...{ entry: command, file: `${name}.mjs`, format: 'esm' as const, banner: '#!/usr/bin/env node' },
    })),
  ].map((bundle) => bundleModule({ ...bundle, file: join(folder, bundle.file), plugins }));
  return [...new Set((await Promise.all(bundles)).flat())].sort();
}
