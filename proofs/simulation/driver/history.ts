/**
 * What happened, one line a step, an answer or a fault, indented by what it belongs to. Of ten thousand histories one is
 * read, if any: the texts are made when they are asked for.
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
