import pc from '../../ops/output/colours';

/** This machine lacks something that the rehearsal requires: nothing has failed. */
export class NotPossibleHereError extends Error {
  override readonly name = 'NotPossibleHereError';
}

/** Prints the rehearsal's progress: one line for each stage, with its duration. */
export class Stages {
  readonly #startedMs = performance.now();

  async run<T>(title: string, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    console.log(pc.dim(`${title} …`));
    const result = await work();
    console.log(`${pc.green('✓')} ${title} ${pc.dim(`(${seconds(startedMs)})`)}`);
    return result;
  }

  /** Prints what the stage has shown. */
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
