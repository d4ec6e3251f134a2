/** The simulator's user, not a caller of AWS's API, named something unknown or asked for something impossible. */
export class SetupError extends Error {
  readonly status: 404 | 409;

  constructor(status: 404 | 409, message: string) {
    super(message);
    this.name = 'SetupError';
    this.status = status;
  }
}

/** @throws SetupError that names the missing key and a few known ones. */
export function required<T>(things: ReadonlyMap<string, T>, key: string, noun: string): T {
  const thing = things.get(key);
  if (thing !== undefined) return thing;
  const known = [...things.keys()].slice(0, 5).join(', ');
  throw new SetupError(404, `There is no ${noun} ${key}.${known === '' ? '' : ` Known: ${known}.`}`);
}
