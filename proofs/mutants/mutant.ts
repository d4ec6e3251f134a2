import type { Module, Modules } from './modules';

/** Production code without one of its safety mechanisms. */
export interface Mutant {
  name: string;
  seams: readonly Seam[];
}

/** Where a mutant takes hold of production code. */
export type Seam = ExportSeam | MethodSeam;

/** @param applied - called whenever the replacement takes effect */
type Replace = (original: unknown, applied: () => void) => unknown;

/** A rule, a verb or a factory, as the modules that import it see it. A call within its own module is not replaced. */
interface ExportSeam {
  kind: 'export';
  module: Module;
  name: string;
  /** Absent: every module that imports it. */
  importedBy?: Module | undefined;
  replace: Replace;
}

/** A method of an adapter or a store. */
interface MethodSeam {
  kind: 'method';
  owner: { name: string; prototype: object };
  name: string;
  replace: Replace;
}

export function mutant(name: string, ...seams: (Seam | Seam[])[]): Mutant {
  return { name, seams: seams.flat() };
}

/** The exports of one module, to be replaced by name. */
export function exportsOf<M extends Module>(module: M) {
  return <Name extends keyof Modules[M] & string>(
    name: Name,
    replace: (original: Modules[M][Name]) => Modules[M][Name],
    importedBy?: Module,
  ): Seam => ({
    kind: 'export',
    module,
    name,
    importedBy,
    replace: (original, applied) => noting(replace(original as Modules[M][Name]), applied),
  });
}

type Method<Owner, Name extends keyof Owner> = Owner[Name] extends (...args: infer Args) => infer Result
  ? (this: Owner, ...args: Args) => Result
  : never;

export function method<Owner extends object, Name extends keyof Owner & string>(
  owner: { name: string; prototype: Owner },
  name: Name,
  replace: (original: Method<Owner, Name>) => Method<Owner, Name>,
): Seam {
  return {
    kind: 'method',
    owner,
    name,
    replace: (original, applied) => noting(replace(original as Method<Owner, Name>), applied),
  };
}

/** A function takes effect when it is called, a table of rules when it is read. */
function noting(replacement: unknown, applied: () => void): unknown {
  if (typeof replacement === 'function') {
    return function (this: unknown, ...args: unknown[]): unknown {
      applied();
      return Reflect.apply(replacement, this, args);
    };
  }
  return new Proxy(replacement as object, {
    get(target, key) {
      applied();
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
