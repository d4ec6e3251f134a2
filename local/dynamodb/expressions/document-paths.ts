import { invalid } from '../errors';
import type { Item } from '../values/item';
import { isMap } from '../values/values';

/** A step into a map (a name) or a list (an index). */
export type Segment = string | number;

/** A path of an expression with its placeholders replaced by attribute names. */
export type Segments = readonly Segment[];

export function valueAt(item: Item | undefined, segments: Segments): unknown {
  let value: unknown = item;
  for (const segment of segments) {
    if (typeof segment === 'number') value = Array.isArray(value) ? (value as unknown[])[segment] : undefined;
    else value = isContainer(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

const isContainer = (value: unknown): value is Item => value !== undefined && isMap(value);

const invalidPath = () => invalid('The document path provided in the update expression is invalid for update');

/** Puts a value at the path. What lies deeper than the draft's own attributes is copied, not changed. */
export function assign(draft: Record<string, unknown>, [first = '', ...rest]: Segments, value: unknown): void {
  if (rest.length === 0) draft[first] = value;
  else if (draft[first] === undefined) throw invalidPath();
  else draft[first] = withValue(draft[first], rest, value);
}

/** Removes what is at the path, if anything. */
export function remove(draft: Record<string, unknown>, [first = '', ...rest]: Segments): void {
  if (rest.length === 0) Reflect.deleteProperty(draft, first);
  else if (draft[first] === undefined) throw invalidPath();
  else draft[first] = without(draft[first], rest);
}

/** A copy of `container` with a value at the path. An index beyond the end of a list appends. */
function withValue<Container>(container: Container, segments: Segments, value: unknown): Container {
  return changed(container, segments, (parent, last) => {
    if (typeof last === 'number' && Array.isArray(parent)) {
      const list = [...(parent as unknown[])];
      list[Math.min(last, list.length)] = value;
      return list;
    }
    if (typeof last === 'string' && isContainer(parent)) return { ...parent, [last]: value };
    throw invalidPath();
  });
}

/** @throws ValidationException when there is no map or list that could hold what the path names */
export function requireParent(item: Item, segments: Segments): void {
  if (segments.length > 1 && valueAt(item, segments.slice(0, -1)) === undefined) throw invalidPath();
}

/** A copy of `container` without what is at the path. */
function without<Container>(container: Container, segments: Segments): Container {
  return changed(container, segments, (parent, last) => {
    if (typeof last === 'number' && Array.isArray(parent)) return parent.filter((_, index) => index !== last);
    if (typeof last !== 'string' || !isContainer(parent)) throw invalidPath();
    return Object.fromEntries(Object.entries(parent).filter(([name]) => name !== last));
  });
}

function changed<Container>(
  container: Container,
  [first = '', ...rest]: Segments,
  change: (parent: unknown, last: Segment) => unknown,
): Container {
  if (rest.length === 0) return change(container, first) as Container;
  const child = valueAt({ container }, ['container', first]);
  if (child === undefined) throw invalidPath();
  return withValue(container, [first], changed(child, rest, change));
}

interface Branch {
  whole: boolean;
  children: Map<Segment, Branch>;
}

/** The parts of an item at these paths, in the shape of the item. Lists close the gaps. */
export function project(item: Item, paths: readonly Segments[]): Item {
  const root: Branch = { whole: false, children: new Map() };
  for (const path of paths) {
    let branch = root;
    for (const segment of path) {
      const next = branch.children.get(segment) ?? { whole: false, children: new Map<Segment, Branch>() };
      branch.children.set(segment, next);
      branch = next;
    }
    branch.whole = true;
  }
  return (pruned(item, root) ?? {}) as Item;
}

function pruned(value: unknown, { whole, children }: Branch): unknown {
  if (whole) return value;
  if (Array.isArray(value)) {
    const inOrder = [...children]
      .filter(([segment]) => typeof segment === 'number')
      .sort(([a], [b]) => Number(a) - Number(b));
    const list = inOrder
      .map(([index, branch]) => pruned(value[Number(index)], branch))
      .filter((part) => part !== undefined);
    return list.length > 0 ? list : undefined;
  }
  if (!isContainer(value)) return undefined;
  const parts = [...children].flatMap(([segment, branch]): [string, unknown][] => {
    const part =
      typeof segment === 'string' && Object.hasOwn(value, segment) ? pruned(value[segment], branch) : undefined;
    return part === undefined ? [] : [[String(segment), part]];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}

const asText = (path: Segments) =>
  `[${path.map((segment) => (typeof segment === 'number' ? `[${segment}]` : segment)).join(', ')}]`;

/** @throws ValidationException when one path is, or lies inside, another, or takes a map for a list. */
export function refuseOverlaps(kind: string, paths: readonly Segments[]): void {
  for (const [index, one] of paths.entries()) {
    for (const other of paths.slice(index + 1)) {
      const shared = Math.min(one.length, other.length);
      const differsAt = one.findIndex((segment, at) => at >= shared || segment !== other[at]);
      const between = `path one: ${asText(one)}, path two: ${asText(other)}`;
      if (differsAt === -1 || differsAt >= shared) {
        const advice = 'must remove or rewrite one of these paths';
        throw invalid(`Invalid ${kind}: Two document paths overlap with each other; ${advice}; ${between}`);
      }
      if (typeof one[differsAt] !== typeof other[differsAt]) {
        throw invalid(`Invalid ${kind}: Two document paths conflict with each other; ${between}`);
      }
    }
  }
}
