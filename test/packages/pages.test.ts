import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linkedWithin } from '../../packages/build/pages';
import { CONSTRUCT } from '../../packages/construct/construct';

const { pages = [] } = CONSTRUCT;
const named = (files: string[], pattern: RegExp) =>
  new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(pattern) ?? []));

describe('The package of the construct', () => {
  it('holds each page that its code names', () => {
    const code = globSync(['lib/**/*.ts', 'lambdas/**/*.ts']);
    expect([...named(code, /docs\/[a-z-]+\.md/g)].filter((page) => !pages.includes(page))).toEqual([]);
  });

  it('holds each page of docs to which its pages link', () => {
    const links = pages.flatMap((page) => [...named([page], /(?<=\]\()[a-z-]+\.md/g)]);
    expect(links.filter((link) => !pages.includes(`docs/${link}`))).toEqual([]);
  });
});

describe('A packed page', () => {
  const packed = (text: string) => linkedWithin(['docs/a.md'], { page: 'docs/b.md', text });

  it('links to other packed pages and to the web', () => {
    const text = '[a](a.md#part), [here](#part), [AWS](https://aws.amazon.com/)';
    expect(packed(text)).toBe(text);
  });

  it('has plain text for a link to what is not packed', () => {
    expect(packed('[why](adr/1.md), ![what a page shows](pictures/x.png)')).toBe('why, what a page shows');
  });
});
