import pc from '../../ops/output/colours';

/** A reason why the rehearsal cannot be held here at all, as opposed to one that fails. */
export class NotPossibleHereError extends Error {
  override readonly name = 'NotPossibleHereError';
}

/** The rehearsal's progress: one line a stage, with the time it took. */
export class Stages {
  readonly #startedMs = performance.now();

  async run<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    console.log(pc.dim(`${title} …`));
    const result = await work();
    console.log(`${pc.green('✓')} ${title} ${pc.dim(`(${seconds(startedMs)})`)}`);
    return result;
  }

  /** Something that was seen to hold. */
  proven(sentence: string): void {
    console.log(`    ${sentence}`);
  }

  get total(): string {
    return seconds(this.#startedMs);
  }
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
