/** The names by which a person can refer to a resource. */
export interface Named {
  logicalId: string;
  /** The construct path below the stack, such as `Metering/MeterUsage`, or else the logical id without its hash. */
  name: string;
  physicalName: string;
}

/**
 * Finds the resource that `wanted` names: by one of its three names, or else by the last part of its path, or else by any
 * part of it. Case and punctuation of a path do not matter (`meter-usage` finds `Metering/MeterUsage`).
 * @throws Error that lists the candidates when none or several match.
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
    if (found.length > 1) throw new Error(`"${wanted}" is ambiguous. It matches ${list(found)}.`);
  }
  throw new Error(`There is no "${wanted}" in the template. Choose from: ${list(all)}.`);
}

function flatten(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function list(named: Named[]): string {
  return named.length === 0 ? 'nothing of this kind' : named.map(({ name }) => name).join(', ');
}
