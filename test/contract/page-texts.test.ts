import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PAGE_TEXTS } from '../../lambdas/shared/contract/page-texts';

const page = readFileSync('docs/configuration.md', 'utf8').split('### Texts')[1] ?? '';
const rows = page.split('\n## ')[0]?.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm) ?? [];

describe("the texts of the buyer's pages", () => {
  it('are listed in docs/configuration.md as they are', () => {
    expect(Object.fromEntries([...rows].map(([, name, text]) => [name, text]))).toEqual(PAGE_TEXTS);
  });
});
