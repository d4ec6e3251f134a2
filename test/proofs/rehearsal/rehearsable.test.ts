import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXAMPLE_CONFIGURATION } from '../../../proofs/example-configuration';
import { rehearsable } from '../../../proofs/rehearsal/run-rehearsal';

const folder = mkdtempSync(join(tmpdir(), 'rehearsable-'));
afterAll(() => rmSync(folder, { recursive: true }));

function aFile(registration: object): string {
  const file = join(folder, 'mine.json');
  const product = { productCode: 'p', name: 'P', pricingModel: 'subscription' };
  const products = [{ ...product, dimensions: [{ apiName: 'events', unit: 'event' }] }];
  writeFileSync(file, JSON.stringify({ products, registration, support: { email: 'a@example.com' } }));
  return file;
}

describe('the configuration of a rehearsal', () => {
  it('is the example, or a file with the built-in registration page', () => {
    expect(rehearsable(EXAMPLE_CONFIGURATION).products).toHaveLength(2);
    expect(rehearsable(aFile({})).products[0]?.productCode).toBe('p');
  });

  it('names its logo so that a copy in another folder finds it', () => {
    expect(rehearsable(EXAMPLE_CONFIGURATION).page.logo).toBe(resolve('proofs/example-logo.svg'));
    expect(rehearsable(aFile({})).page.logo).toBeUndefined();
  });

  it('is refused at the start, with what to do, when buyers go to a sign-up page of the seller', () => {
    const file = aFile({ signUpUrl: 'https://example.com/sign-up' });
    expect(() => rehearsable(file)).toThrow(/signUpUrl is https:\/\/example\.com\/sign-up[^]*--config COPY\.json/);
  });
});
