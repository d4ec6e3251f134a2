import type { SubscriptionFields } from '../shared/domain/subscription';
import { isEndMissing, testsOf, type TestConfiguration } from '../shared/domain/withholding';
import type { Clock } from '../shared/runtime/ports';
import type { NotedTestStore } from '../shared/stores/noted-tests';

/**
 * The tests of this configuration and of all before it, as one run knows them. A configuration does not say what an earlier
 * one withheld, so each run notes its tests before it seals anything.
 */
export class TestWatch {
  readonly #configured: ReadonlySet<string>;
  #noted: Promise<ReadonlySet<string>> | undefined;

  constructor(
    private readonly tests: NotedTestStore,
    configuration: TestConfiguration,
    private readonly clock: Clock,
  ) {
    this.#configured = testsOf(configuration);
  }

  /** Notes what the configuration tests; once in a run. */
  async note(): Promise<ReadonlySet<string>> {
    this.#noted ??= this.#noteAll();
    const noted = this.#noted;
    try {
      return await noted;
    } catch (error) {
      // Nobody knows what was a test, so the hour waits. The next one asks again.
      if (this.#noted === noted) this.#noted = undefined;
      throw error;
    }
  }

  /** Whether the usage of a subscription must wait, because the configuration no longer says when its test ended. */
  async isEndMissing(subscription: SubscriptionFields | undefined): Promise<boolean> {
    return isEndMissing(subscription, { noted: await this.note(), configured: this.#configured });
  }

  async #noteAll(): Promise<ReadonlySet<string>> {
    const noted = await this.tests.list();
    for (const test of this.#configured) if (!noted.has(test)) await this.tests.note(test, this.clock.now());
    return noted;
  }
}
