/** Tells one run from every other, in items that several of them write. `random`: 0 … 1. */
export function nameOfRun({ clock, random }: { clock: { now(): number }; random(): number }): string {
  return `${clock.now().toString(36)}${random().toString(36).slice(1)}`;
}
