import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { ROOT } from './manifest';
import type { PackageDesign } from './package-design';

const LINK = /!?\[([^\]]*)\]\(([^)\s:#]+)(#[^)]*)?\)/g;

/** Writes what people read: the README, the licence, and the pages that messages name. */
export function writePages({ folder: home, pages = [] }: PackageDesign, folder: string): void {
  const write = (page: string, text: string) => {
    mkdirSync(dirname(join(folder, page)), { recursive: true });
    writeFileSync(join(folder, page), linkedWithin(pages, { page, text }));
  };
  write('README.md', readFileSync(join(ROOT, home, 'README.md'), 'utf8'));
  for (const page of pages) write(page, readFileSync(join(ROOT, page), 'utf8'));
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
}

/** The text of a page, in which a link to a file that the package does not hold is plain text. */
export function linkedWithin(pages: readonly string[], { page, text }: { page: string; text: string }): string {
  return text.replace(LINK, (link: string, words: string, target: string) =>
    pages.includes(posix.join(posix.dirname(page), target)) ? link : words,
  );
}
