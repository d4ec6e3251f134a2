import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { accentOf } from '../lambdas/shared/contract/accent';
import type { Brand } from '../lambdas/shared/contract/seller-pages';
import type { PageConfiguration } from '../lambdas/shared/contract/page-configuration';
import { ExplainedError } from './explained-error';

/** Every page carries the logo, and nothing caches it. */
const LOGO_MAX_BYTES = 100 * 1024;

type MediaType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/svg+xml';

/**
 * The seller's look, as the functions need it.
 * @param folder - what the logo's path is relative to; by default the working directory
 * @throws ExplainedError when the logo cannot be shown.
 */
export function readBrand({ logo, accent }: Pick<PageConfiguration, 'logo' | 'accent'>, folder = process.cwd()): Brand {
  return {
    ...(logo !== undefined && { logo: readLogo(resolve(folder, logo)) }),
    ...(accent !== undefined && { accent: accentOf(accent) }),
  };
}

function readLogo(file: string): string {
  const content = readFile(file);
  if (content.length > LOGO_MAX_BYTES) {
    throw wrongLogo(file, `has ${content.length} bytes: give one of at most ${LOGO_MAX_BYTES} (100 KB)`);
  }
  return `data:${mediaTypeOf(content, file)};base64,${content.toString('base64')}`;
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw wrongLogo(file, 'cannot be read: name a file, relative to the folder of the configuration', cause);
  }
}

/** By the content, because a browser shows nothing that does not fit its type. */
function mediaTypeOf(content: Buffer, file: string): MediaType {
  if (content.subarray(0, 8).equals(PNG)) return 'image/png';
  if (content.subarray(0, 3).equals(JPEG)) return 'image/jpeg';
  if (content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP') return 'image/webp';
  const [element] = /<svg\b[^>]*>/.exec(content.toString('utf8')) ?? [];
  if (element === undefined) throw wrongLogo(file, 'is no PNG, JPEG, WebP or SVG: give a file of one of these types');
  if (!element.includes('"http://www.w3.org/2000/svg"')) {
    throw wrongLogo(
      file,
      'is an SVG that browsers do not show: add xmlns="http://www.w3.org/2000/svg" to its element svg',
    );
  }
  return 'image/svg+xml';
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const JPEG = Buffer.from('ffd8ff', 'hex');

function wrongLogo(file: string, problem: string, cause?: unknown): ExplainedError {
  return new ExplainedError(`The marketplace configuration is wrong:\n- page.logo is ${file}, which ${problem}.`, {
    cause,
  });
}
