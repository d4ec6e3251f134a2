import { createHash, randomBytes } from 'node:crypto';

/** 256 bits, written with the letters that cookies and URLs take as they are. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
