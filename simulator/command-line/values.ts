import { InvalidArgumentError } from 'commander';

/** What the command line's values mean. Each @throws InvalidArgumentError that says what to give. */

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
}

export function port(text: string): number {
  const number = wholeNumber(text);
  if (number > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return number;
}

export function share(text: string): number {
  const number = Number(text);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1, such as 0.5.');
  return number;
}

export function url(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('Give a URL, such as http://127.0.0.1:3000/register.');
  return text;
}

export function instant(text: string): number {
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) throw new InvalidArgumentError('Give a time, such as 2026-11-30T23:00:00Z.');
  return epochMs;
}

/** One more host name. */
export function hostName(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!/^([\w.-]+|\[[\da-f:.]+\])$/i.test(text)) {
    throw new InvalidArgumentError('Give a host name without a port, such as marketplace.');
  }
  return [...earlier, text];
}
