/** A value of a resource that was changed, or left out: `Properties.Timeout` or `-Properties.Timeout`. */
export interface Change {
  path: string;
  resource: object;
}

/** A resource with each of its values changed in turn, and with each value, list entry and section left out in turn. */
export function changesOf(resource: object): Change[] {
  const changes: Change[] = [];
  walk(resource, [], (path, change) => {
    const copy = structuredClone(resource);
    const parent = path.slice(0, -1).reduce<object>((so, key) => Reflect.get(so, key), copy);
    change(parent, path.at(-1) ?? '');
    changes.push({ path: path.join('.'), resource: copy });
    const rest = structuredClone(resource);
    remove(
      path.slice(0, -1).reduce<object>((so, key) => Reflect.get(so, key), rest),
      path.at(-1) ?? '',
    );
    changes.push({ path: `-${path.join('.')}`, resource: rest });
  });
  return changes;
}

type Found = (path: string[], change: (parent: object, key: string) => void) => void;

function walk(value: unknown, path: string[], found: Found): void {
  const isInner = typeof value === 'object' && value !== null;
  if (path.length > 0) found(path, (parent, key) => Reflect.set(parent, key, another(value)));
  if (!isInner) return;
  for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key], found);
}

function another(value: unknown): unknown {
  switch (typeof value) {
    case 'object':
      return value === null || Object.keys(value).length === 0 ? 'another' : {};
    case 'number':
      return value * 1000 + 1;
    case 'boolean':
      return !value;
    default:
      return `${String(value)}x`;
  }
}

function remove(parent: object, key: string): void {
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else Reflect.deleteProperty(parent, key);
}
