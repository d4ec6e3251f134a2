import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { hourOf, parseHour, type Hour } from '../lambdas/shared/domain/hour';

/** A calendar month in UTC, as a half-open range. */
export interface Month {
  /** `2026-11` */
  name: string;
  firstHour: Hour;
  /** The first hour of the next month. */
  endHour: Hour;
  startMs: number;
  endMs: number;
}

export function monthArgument(text: string): Month {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined || month === undefined) throw new InvalidArgumentError('Give a month such as 2026-11 (UTC).');
  const startMs = Date.UTC(Number(year), Number(month) - 1);
  const endMs = Date.UTC(Number(year), Number(month));
  return { name: text, startMs, endMs, firstHour: hourOf(startMs), endHour: hourOf(endMs) };
}

export function hourArgument(text: string): Hour {
  // An hour copied from a log has minutes and a time zone.
  const hour = parseHour(text.replace(/:00(:00(\.0+)?)?Z?$/, ''));
  if (hour === undefined) throw new InvalidArgumentError('Give an hour in UTC such as 2026-11-23T05.');
  return hour;
}

const instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).transform((text) => Date.parse(text));

export function timeArgument(text: string): number {
  const parsed = instant.safeParse(text);
  if (!parsed.success)
    throw new InvalidArgumentError('Give a time with a time zone such as 2026-11-23T05:17:00Z, or a date (UTC).');
  return parsed.data;
}

/** Ids are opaque, but they are not empty and contain no `#`, which separates the parts of a key. */
export function subscriptionIdArgument(text: string): string {
  if (!/^[^#\s]{1,200}$/.test(text))
    throw new InvalidArgumentError('Give a subscription id such as s-0123456789abcdef0123456789.');
  return text;
}

export function accountArgument(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('Give an AWS account id of twelve digits.');
  return text;
}
