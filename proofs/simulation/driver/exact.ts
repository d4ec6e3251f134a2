/**
 * Quantities as whole numbers of 10^-18: the simulation's own arithmetic, which shares nothing with production's
 * decimals. It must find a wrong sum there, not repeat it.
 */
export type Exact = bigint;

const PLACES = 18;
const UNIT = 10n ** BigInt(PLACES);

/** `text` in plain decimal notation. @throws Error for any other text, or more than 18 places. */
export function exact(text: string): Exact {
  const match = /^(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (match === null) throw new Error(`${text} is not a plain decimal of at most ${PLACES} places.`);
  const [, whole = '0', fraction = ''] = match;
  return BigInt(whole) * UNIT + BigInt(fraction.padEnd(PLACES, '0'));
}

/** A quantity as a record, the wire or a ledger holds it. */
export function exactly(quantity: string | number): Exact {
  return exact(typeof quantity === 'number' ? quantity.toString() : quantity);
}

export const ONE_UNIT = UNIT;

export function exactText(value: Exact): string {
  const sign = value < 0n ? '-' : '';
  const digits = String(value < 0n ? -value : value).padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** A number as DynamoDB writes it: plain, or with an exponent (`1E-18`). */
export function exactNumber(text: string): Exact {
  if (text.startsWith('-')) return -exactNumber(text.slice(1));
  const match = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (match === null) return exact(text);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const digits = BigInt(whole + fraction);
  const places = BigInt(PLACES + Number(exponent) - fraction.length);
  if (places < 0n && digits % 10n ** -places !== 0n) throw new Error(`${text} has more than ${PLACES} places.`);
  return places < 0n ? digits / 10n ** -places : digits * 10n ** places;
}
