/**
 * One line for each step, answer and fault, indented by what it belongs to. Hardly any history is read, so the texts are
 * made only on request.
 */
export class History {
  readonly #entries: { atMs: number; text: string | (() => string) }[] = [];

  add(atMs: number, text: string | (() => string)): void {
    this.#entries.push({ atMs, text });
  }

  get lines(): string[] {
    return this.#entries.map(
      ({ atMs, text }) => `${new Date(atMs).toISOString()} ${typeof text === 'string' ? text : text()}`,
    );
  }
}
