import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readProducts } from '../../simulator/products';

const folder = mkdtempSync(join(tmpdir(), 'products-'));
const file = join(folder, 'mine.json');
afterAll(() => rmSync(folder, { recursive: true }));

const PRODUCT = { productCode: 'p', name: 'P', pricingModel: 'subscription', dimensions: [{ apiName: 'events' }] };

function problemsOf(text: string): string[] {
  writeFileSync(file, text);
  try {
    readProducts(file);
  } catch (error) {
    return String(error).split('\n').slice(1);
  }
  return [];
}

const of = (change: object) => problemsOf(JSON.stringify({ products: [{ ...PRODUCT, ...change }] }));

describe("the simulator's reading of a configuration", () => {
  it('takes a right one', () => {
    expect(of({})).toEqual([]);
  });

  it.each<[object, string]>([
    [{ name: 7 }, '- products[0].name: found 7; give text.'],
    [
      { name: 'a\u001b[31m' },
      '- products[0].name: found "a\\u001b[31m"; remove the character that cannot be seen or that changes other text.',
    ],
    [
      { dimensions: [{ apiName: 'a\u2028' }] },
      '- products[0].dimensions[0].apiName: found "a\\u2028"; remove the character that cannot be seen or that changes other text.',
    ],
    [
      { pricingModel: 'free' },
      '- products[0].pricingModel: found "free"; give subscription or contract or contractWithConsumption.',
    ],
    [{ dimensions: undefined }, '- products[0].dimensions: found nothing; give a list, […].'],
    [
      { productCode: 'my code' },
      '- products[0].productCode: found "my code"; give the product code as AWS Marketplace Management Portal shows it, without spaces.',
    ],
  ])('says what is wrong with %j', (change, problem) => {
    expect(of(change)).toEqual([problem]);
  });

  it('reads a file that begins with the mark of its byte order', () => {
    writeFileSync(file, `\ufeff${JSON.stringify({ products: [PRODUCT] })}`);
    expect(readProducts(file)).toHaveLength(1);
  });

  it('says that a file is not JSON without the parser’s words', () => {
    writeFileSync(file, '{,}');
    expect(() => readProducts(file)).toThrow(/mine\.json is not JSON: a comma, a quote or a bracket/);
  });
});
