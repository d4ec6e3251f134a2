import { PACKAGES } from '../index';
import { buildPackage } from '../build/build-package';
import { pack, problemsOf, type Tarball } from './pack';

/** @throws Error that lists what is wrong. */
export async function checkPackages(): Promise<void> {
  for (const design of PACKAGES) {
    const folder = await buildPackage(design);
    const tarball = await pack(folder);
    const problems = await problemsOf(folder, tarball);
    if (problems.length > 0) throw new Error(`${design.name} is packed wrongly:\n${problems.join('\n')}`);
    console.log(`${design.name}: ${sizes(tarball)}, publint and arethetypeswrong find nothing`);
  }
}

function sizes({ files, bytes, unpackedBytes }: Tarball): string {
  const kb = (count: number) => `${Math.ceil(count / 1024).toLocaleString('en')} KB`;
  return `${files.length} files, ${kb(bytes)} packed, ${kb(unpackedBytes)} unpacked`;
}
