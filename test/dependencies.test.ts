import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';

const names = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({ dependencies: names, devDependencies: names, optionalDependencies: names });
const lockedSchema = z.object({
  resolved: z.string().optional(),
  deprecated: z.string().optional(),
  hasInstallScript: z.boolean().optional(),
  optionalDependencies: names,
});

const manifest = manifestSchema.parse(JSON.parse(await readFile('package.json', 'utf8')));
const locked = z
  .object({ packages: z.record(z.string(), lockedSchema) })
  .parse(JSON.parse(await readFile('package-lock.json', 'utf8'))).packages;
const page = await readFile('docs/dependencies.md', 'utf8');
const direct = Object.values(manifest).flatMap((each) => Object.keys(each));

/** The package that a dependency's name means inside another package, as Node looks it up. */
function lookUp(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (path in locked) return path;
    if (!folder.includes('/node_modules/'))
      return `node_modules/${name}` in locked ? `node_modules/${name}` : undefined;
  }
}

describe('dependencies', () => {
  test('each has its line of justification, and nothing else has one', () => {
    const justified = [...page.matchAll(/^\|(?<packages>[^|]*)\|/gm)].flatMap(({ groups }) =>
      [...(groups?.packages ?? '').matchAll(/`(?<name>[^`]+)`/g)].map((match) => match.groups?.name),
    );

    expect(direct.length).toBeGreaterThan(40);
    expect([...justified].sort()).toEqual([...direct].sort());
  });

  test('each is pinned to a version', () => {
    const versions = Object.values(manifest).flatMap((each) => Object.values(each));

    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('the lockfile names no registry and no deprecated package', () => {
    const entries = Object.entries(locked);

    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, { deprecated }]) => deprecated !== undefined)).toEqual([]);
  });

  test('install scripts are not run, and only known packages bring one', async () => {
    const withScript = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript === true);

    expect(await readFile('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    expect(withScript.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual(WITH_INSTALL_SCRIPT);
  });

  test('the lockfile holds the packages of every platform, so that it installs everywhere', () => {
    const missing = Object.entries(locked).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter((name) => lookUp(path, name) === undefined),
    );

    expect(missing).toEqual([]);
  });
});

/** Their scripts only check or build what the published packages already hold. */
const WITH_INSTALL_SCRIPT = ['@parcel/watcher', 'esbuild', 'unrs-resolver'];
