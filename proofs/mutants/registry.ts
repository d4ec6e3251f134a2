import type { Module } from './modules';
import type { Mutant, Seam } from './mutant';

/** An export as one module imports it; the bundle declares each that a mutant may replace. */
interface Binding {
  module: Module;
  importer: string;
  name: string;
  original: unknown;
  set(value: unknown): void;
}

const bindings: Binding[] = [];
let active: { seams: readonly Seam[]; applied: () => void } | undefined;

/**
 * Called by the bundle for every export that may be replaced, when the module that imports it is loaded.
 * @public
 */
export function bind(binding: Binding): void {
  bindings.push(binding);
  replaceIn(binding);
}

/**
 * Replaces production code with a mutant, in modules already loaded and in those loaded later.
 * @param applied - called whenever one of its replacements takes effect
 */
export function activate(mutant: Mutant, applied: () => void): void {
  active = { seams: mutant.seams, applied };
  for (const seam of mutant.seams) {
    if (seam.kind !== 'method') continue;
    const { prototype } = seam.owner;
    Reflect.set(prototype, seam.name, seam.replace(Reflect.get(prototype, seam.name), applied));
  }
  bindings.forEach(replaceIn);
}

function replaceIn({ module, importer, name, original, set }: Binding): void {
  for (const seam of active?.seams ?? []) {
    if (seam.kind !== 'export' || seam.module !== module || seam.name !== name) continue;
    if (seam.importedBy === undefined || seam.importedBy === importer) set(seam.replace(original, active!.applied));
  }
}
