/** The simulator's only source of randomness: the same seed repeats a run. */
export interface Random {
  /** In [0, 1). */
  next(): number;
}

export interface SeededRandom extends Random {
  /** The seed that continues from here. */
  position(): number;
}

/** Mulberry32: small, fast and random enough for ids and faults. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return {
    position: () => state,
    next() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

const DIGITS = '0123456789';
const HEX = '0123456789abcdef';
const LOWER_CASE = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function text(random: Random, alphabet: string, length: number): string {
  let result = '';
  while (result.length < length) result += alphabet.charAt(Math.floor(random.next() * alphabet.length));
  return result;
}

export const digits = (random: Random, length: number) => text(random, DIGITS, length);
export const hexDigits = (random: Random, length: number) => text(random, HEX, length);
export const lowerCase = (random: Random, length: number) => text(random, LOWER_CASE, length);
/** Contains `+`, `/` and `=` as real tokens do, to expose code that does not encode them in a form. */
export const base64Like = (random: Random, length: number) => `${text(random, BASE64, length)}+/==`;

export function uuid(random: Random): string {
  const hex = hexDigits(random, 32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Fisher-Yates, on a copy. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const [moved] = result.splice(Math.floor(random.next() * (last + 1)), 1);
    if (moved !== undefined) result.push(moved);
  }
  return result;
}
