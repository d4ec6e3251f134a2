import { exact, type Exact } from '../simulation/exact';

/** A number as DynamoDB writes it: plain, or with an exponent (`1E-18`). */
export function exactNumber(text: string): Exact {
  if (text.startsWith('-')) return -exactNumber(text.slice(1));
  const match = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (match === null) return exact(text);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = digits.padStart(digits.length + Math.max(0, -point), '0').padEnd(Math.max(point, 0), '0');
  const at = Math.max(point, 0);
  return exact(`${padded.slice(0, at) || '0'}${padded.length > at ? `.${padded.slice(at)}` : ''}`);
}
