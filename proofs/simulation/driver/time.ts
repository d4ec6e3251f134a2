export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** The start of the hour in which a time lies. */
export const hourStartMs = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;

/** `2026-11-28T10`, as hours are called in the tables. */
export const hourOf = (ms: number): string => new Date(ms).toISOString().slice(0, 13);

export const startOfHour = (hour: string): number => Date.parse(`${hour}:00:00Z`);

/** An eventually consistent read of DynamoDB is usually outdated by less than a second; here by up to three. */
export const MOST_OUTDATED_MS = 3000;
