/** What a resource can be called by a person: its logical id, its physical name, or part of its construct path. */
export interface Named {
  logicalId: string;
  /** The construct path below the stack, as `Metering/MeterUsage`; the logical id without its hash if there is none. */
  name: string;
  physicalName: string;
}

/**
 * Finds what `wanted` means: exactly one of the three names, else the last part of the path, else any part of it,
 * whatever its case and punctuation (`meter-usage` finds `Metering/MeterUsage`).
 * @throws Error that lists what there is when nothing or more than one thing matches.
 */
export function findNamed<T extends Named>(candidates: Iterable<T>, wanted: string): T {
  const all = [...candidates];
  const plain = flatten(wanted);
  const attempts: ((candidate: T) => boolean)[] = [
    ({ logicalId, name, physicalName }) => [logicalId, name, physicalName].includes(wanted),
    ({ name }) => flatten(name.split('/').at(-1) ?? '') === plain,
    ({ name }) => flatten(name).includes(plain),
  ];
  for (const attempt of attempts) {
    const found = all.filter(attempt);
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1) throw new Error(`"${wanted}" may mean ${list(found)}.`);
  }
  throw new Error(`There is no "${wanted}" in the template; there is ${list(all)}.`);
}

function flatten(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function list(named: Named[]): string {
  return named.length === 0 ? 'nothing of the kind' : named.map(({ name }) => name).join(', ');
}
