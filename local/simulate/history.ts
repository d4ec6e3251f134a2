/** What happened, one line a step, an answer or a fault, indented by what it belongs to. */
export class History {
  readonly lines: string[] = [];

  add(atMs: number, text: string): void {
    this.lines.push(`${new Date(atMs).toISOString()} ${text}`);
  }
}
