import { createHash, randomBytes } from 'node:crypto';

/** 256 bits as text that cookies and URLs accept without escaping. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
