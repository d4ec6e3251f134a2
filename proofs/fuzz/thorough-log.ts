import type { Log } from '../../lambdas/shared/runtime/invocation';

/**
 * Keeps every line with everything in it that a real logger would write: of an error its message, stack, cause and
 * fields, which JSON leaves out.
 */
export class ThoroughLog implements Log {
  readonly entries: unknown[][] = [];
  readonly info = (...line: unknown[]): void => void this.entries.push(['info', ...line]);
  readonly warn = (...line: unknown[]): void => void this.entries.push(['warn', ...line]);
  readonly error = (...line: unknown[]): void => void this.entries.push(['error', ...line]);
}

export function toWrittenLines({ entries }: ThoroughLog): string[] {
  return entries.map((entry) => JSON.stringify(entry, (_key, value: unknown) => withErrors(value)));
}

function withErrors(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return { ...value, name, message, stack, cause };
  }
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}
