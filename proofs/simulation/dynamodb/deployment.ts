import * as z from 'zod';
import { FUNCTION_NAMES, type FunctionName } from '../../../lambdas/shared/contract/functions';
import type { Failure } from '../../../local/stack/activity';
import type { LocalStack } from '../../../local/stack/local-stack';

type VersionName = 'last' | 'this';
/** The folder of each version's template. */
export type Versions = Readonly<Record<VersionName, string>>;

const batch = z.looseObject({
  Records: z.array(
    z.looseObject({ dynamodb: z.looseObject({ Keys: z.looseObject({ pk: z.object({ S: z.string() }) }) }) }),
  ),
});
/** An object of the failed batches. */
const failedBatch = z.object({
  requestContext: z.object({ functionArn: z.string() }),
  payload: z.string().transform((text) => batch.parse(JSON.parse(text))),
});

/** The versions of the functions of one stack, which begins with the last release. */
export class Deployment {
  readonly #running = new Map<FunctionName, VersionName>(FUNCTION_NAMES.map((name) => [name, 'last']));

  constructor(
    private readonly stack: LocalStack,
    private readonly versions: Versions,
  ) {}

  /** The middle of a deployment or of a rollback: these functions get the other version, the others keep theirs. */
  async exchange(names: readonly FunctionName[]): Promise<void> {
    for (const name of names) {
      const version = this.#running.get(name) === 'last' ? 'this' : 'last';
      await this.stack.update({ assembly: this.versions[version], functions: [name] });
      this.#running.set(name, version);
    }
  }

  async deploy(version: VersionName): Promise<void> {
    await this.stack.update({ assembly: this.versions[version] });
    for (const name of FUNCTION_NAMES) this.#running.set(name, version);
  }

  /**
   * How meter-usage of the last release fails without harm. When all its work is done, it adds up what waits, and stops at a
   * quantity that is no whole number. And it takes a reminder of this version's queue for changes of a table: the reminder
   * waits, and the schedule does its work. Everything else that it cannot read, it must leave alone.
   */
  isKnown({ source, message }: Failure): boolean {
    const isOfMetering = source.endsWith('/MeterUsage') && message.startsWith('ZodError');
    return isOfMetering && ['"quantity"', '"dynamodb"'].some((field) => message.includes(field));
  }

  get isMixed(): boolean {
    return new Set(this.#running.values()).size > 1;
  }

  toString(): string {
    const older = FUNCTION_NAMES.filter((name) => this.#running.get(name) === 'last');
    return older.length === FUNCTION_NAMES.length ? 'the last release' : `older: ${older.join(', ') || 'nothing'}`;
  }

  /** Events that the last release could not put into an hour of this version: the bucket keeps them for the operator. */
  setBack(): Set<string> {
    return new Set(
      this.#failedBatches().flatMap(({ payload }) => payload.Records.map(({ dynamodb }) => dynamodb.Keys.pk.S)),
    );
  }

  /** What `ops redrive` does. @returns how many batches */
  async redrive(): Promise<number> {
    const bucket = this.stack.bucket('FailedBatches');
    const batches = this.#failedBatches();
    for (const { key, requestContext, payload } of batches) {
      const result = await this.stack.invoke(requestContext.functionArn.split(':').at(-1) ?? '', payload);
      const failures = result.ok ? JSON.stringify(result.payload) : result.errorMessage;
      if (failures !== '{"batchItemFailures":[]}') throw new Error(`A failed batch fails again: ${failures}`);
      await bucket.delete(key);
    }
    return batches.length;
  }

  #failedBatches() {
    const bucket = this.stack.bucket('FailedBatches');
    return bucket.keys().map((key) => ({ key, ...failedBatch.parse(JSON.parse(bucket.get(key) ?? '')) }));
  }
}
