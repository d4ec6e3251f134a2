import { readFile } from 'node:fs/promises';
import { PACKAGES } from '../index';
import { referenceFile } from '../build/api-reference';
import { buildPackage } from '../build/build-package';
import type { PackageDesign } from '../build/package-design';
import { pack, problemsOf, type Tarball } from './pack';

/** @throws Error that lists what is wrong. */
export async function checkPackages(): Promise<void> {
  for (const design of PACKAGES) {
    const { folder, reference } = await buildPackage(design);
    if (reference !== (await readFile(referenceFile(design), 'utf8')))
      throw new Error(`${referenceFile(design)} is not what the doc comments say: run npm run packages.`);
    const tarball = await pack(folder);
    const problems = [...unexpectedFiles(design, tarball), ...(await problemsOf(folder, tarball))];
    if (problems.length > 0) throw new Error(`${design.name} is packed wrongly:\n${problems.join('\n')}`);
    console.log(`${design.name}: ${sizes(tarball)}, publint and arethetypeswrong find nothing`);
    for (const line of await design.tryOut(tarball.file)) console.log(`  ${line}`);
  }
}

/** npm adds the manifest, the README and the licence to every package. */
function unexpectedFiles({ files, pages = [] }: PackageDesign, tarball: Tarball): string[] {
  const expected = [...files, ...pages, 'package.json', 'README.md', 'LICENSE'];
  return [
    ...tarball.files.filter((file) => !expected.includes(file)).map((file) => `${file} should not be in it`),
    ...expected.filter((file) => !tarball.files.includes(file)).map((file) => `${file} is missing`),
  ];
}

function sizes({ files, bytes, unpackedBytes }: Tarball): string {
  const kb = (count: number) => `${Math.ceil(count / 1024).toLocaleString('en')} KB`;
  return `${files.length} files, ${kb(bytes)} packed, ${kb(unpackedBytes)} unpacked`;
}
