import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sellerPagesSchema } from '../../lambdas/shared/contract/seller-pages';
import { readBrand } from '../../lib/brand';
import { ExplainedError } from '../../lib/explained-error';

const folder = mkdtempSync(join(tmpdir(), 'brand-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SVG = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect/></svg>';

function readLogo(content: string | Buffer): string | undefined {
  writeFileSync(join(folder, 'logo'), content);
  return readBrand({ logo: 'logo' }, folder).logo;
}

describe("the seller's logo", () => {
  it.each([
    ['PNG', Buffer.from('89504e470d0a1a0a0000', 'hex'), 'image/png'],
    ['JPEG', Buffer.from('ffd8ffe000', 'hex'), 'image/jpeg'],
    ['WebP', Buffer.from('RIFF\u0000\u0000\u0000\u0000WEBPVP8 ', 'latin1'), 'image/webp'],
    ['SVG', Buffer.from(SVG), 'image/svg+xml'],
  ])('is inlined as %s by its content, whatever its name', (_type, content, mediaType) => {
    const logo = readLogo(content);
    expect(logo).toBe(`data:${mediaType};base64,${content.toString('base64')}`);
    expect(sellerPagesSchema.parse({ logo })).toMatchObject({ logo });
  });

  it.each([
    ['of another type', Buffer.from('GIF89a'), /is no PNG, JPEG, WebP or SVG/],
    ['of another type in the container of WebP', 'RIFF\0\0\0\0WAVEfmt ', /is no PNG, JPEG, WebP or SVG/],
    ['that only says WEBP', '\0\0\0\0\0\0\0\0WEBPVP8 ', /is no PNG, JPEG, WebP or SVG/],
    ['that is a web page', '<html><script>alert(1)</script></html>', /is no PNG, JPEG, WebP or SVG/],
    ['that is empty', '', /is no PNG, JPEG, WebP or SVG/],
    ['as SVG without its namespace', '<svg viewBox="0 0 1 1"></svg>', /add xmlns="http:\/\/www\.w3\.org\/2000\/svg"/],
    ['above 100 KB', SVG.padEnd(102_401), /has 102401 bytes: give one of at most 102400 \(100 KB\)/],
  ])('is refused with what to do if it is a file %s', (_what, content, sentence) => {
    expect(() => readLogo(content)).toThrow(ExplainedError);
    expect(() => readLogo(content)).toThrow(sentence);
    expect(() => readLogo(content)).toThrow(/^The marketplace configuration is wrong:\n- page\.logo is .*logo, which/);
  });

  it('may have 100 KB', () => {
    expect(readLogo(SVG.padEnd(102_400))).toMatch(/^data:image\/svg/);
  });

  it('is looked for in the working directory if the seller names no folder', () => {
    expect(() => readBrand({ logo: 'missing.png' })).toThrow(`page.logo is ${resolve('missing.png')}, which`);
  });

  it('is refused with its whole path if the file is missing', () => {
    const reading = () => readBrand({ logo: 'missing.png' }, folder);
    expect(reading).toThrow(`page.logo is ${join(folder, 'missing.png')}, which cannot be read`);
    expect(reading).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'ENOENT' }) }));
  });
});

describe("the seller's accent colour", () => {
  it('is given for both colour schemes', () => {
    expect(readBrand({ accent: { light: '#0a58ca' } }, folder)).toEqual({
      accent: { light: '#0a58ca', dark: expect.stringMatching(/^#[0-9a-f]{6}$/) },
    });
    expect(readBrand({}, folder)).toEqual({});
  });
});
