import { InvalidArgumentError } from 'commander';

/** Parses an integer between `least` and `most`, of at most nine digits. */
export function wholeNumber(least = 0, most = 999_999_999): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (!(number >= least && number <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most.toLocaleString('en')}.`);
    return number;
  };
}
