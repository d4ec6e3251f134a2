import type { HourKey } from '../shared/domain/hour';
import pMap from 'p-map';
import { MeteringBatcher } from '../shared/domain/metering-batch';
import type { HourlyUsage } from '../shared/domain/hourly-usage';
import type { SealedRecord } from '../shared/domain/metering-record';
import { WeighedGate } from '../shared/runtime/weighed-gate';
import type { DueHours, HourlyUsageReader } from '../shared/stores/hourly-usage';
import type { SubscriptionReader } from '../shared/stores/subscriptions';
import { finishingInLife, type HourOwner } from './finishing';
import { prepareHour, type PrepareHourDeps, readEntitlements, type ReadEntitlementsDeps } from './prepare-hour';
import type { SendClaims } from './send-claims';
import { sendCall, type SendCallDeps } from './send-call';
import type { TestWatch } from './test-watch';

export interface MeterUsageDeps extends Omit<PrepareHourDeps & SendCallDeps, 'hourlyUsage'>, ReadEntitlementsDeps {
  hourlyUsage: PrepareHourDeps['hourlyUsage'] & SendCallDeps['hourlyUsage'] & Pick<HourlyUsageReader, 'dueHours'>;
  subscriptions: SubscriptionReader;
  tests: PrepareHourDeps['tests'] & Pick<TestWatch, 'note'>;
  claims: PrepareHourDeps['claims'] & Pick<SendClaims, 'giveBack'>;
}

/** As many hours as one read may ask for. */
const WAVE = 100;
/** Waves in progress: enough that calls of half a second use up the quota, and few enough for memory. */
const LANES = 8;
/** The events that may be in memory at once: a fold takes about 200 bytes for each. */
const MAX_ENTRIES = 1_000_000;
/** An hour with more events is folded beside the others, one such hour at a time, so that it delays none. */
const HEAVY_ENTRIES = 50_000;
/** What a tally of an earlier version may hold, which did not count its events. */
const ENTRIES_OF_UNCOUNTED_TALLY = 5_000;

/**
 * Seals due hours, sends their records to AWS Marketplace and stores the outcomes.
 *
 * Every run finds its work through the index `due`, and every step is conditional. Concurrent, interrupted and missed
 * runs therefore lose nothing and bill nothing twice: the next run continues.
 *
 * @returns how many due hours it had no time for.
 */
export async function meterUsage(deps: MeterUsageDeps): Promise<{ hoursLeft: number }> {
  const { hourlyUsage, clock, counters, logger } = deps;
  for (const name of COUNTED) counters.count(name, 0);
  counters.count('HoursWaiting', 0, { reason: 'entitlementsNotChecked' });
  // Also when nothing is due yet: the next configuration may no longer name the test.
  await deps.tests.note().catch(deps.onFailure);
  const due = await hourlyUsage.dueHours(clock.now(), ({ pk: subscriptionId }) => {
    counters.count('HoursFailed', 1);
    logger.warn('An item that is due is no hour', { messageCode: 'DUE_ITEM_IS_NO_HOUR', subscriptionId });
  });
  const { hoursDue, hoursLeft } = await new MeteringRun(deps).prepareAndSend(due);
  counters.count('HoursDue', hoursDue);
  counters.count('HoursLeft', hoursLeft);
  // Counted last, so that an alarm notices runs that do not finish.
  counters.count('MeteringRuns', 1);
  return { hoursLeft };
}

/** An hour with what its preparation needs. */
interface DueHour {
  hour: HourlyUsage | undefined;
  owner: HourOwner;
}

class MeteringRun {
  readonly #batcher = new MeteringBatcher();
  readonly #folds = new WeighedGate(MAX_ENTRIES);
  /** The first call of each product, which may try whether AWS takes its decimals. */
  readonly #firstCalls = new Map<string, Promise<void>>();
  #heavy: Promise<void> = Promise.resolve();
  private readonly deps: MeterUsageDeps;
  #hoursTaken = 0;
  #hoursLeft = 0;
  #error: Error | undefined;
  #lastSlotMs = -Infinity;

  constructor(deps: MeterUsageDeps) {
    const takeSlot = async () => (this.#lastSlotMs = await deps.meteringQuota.takeSlot());
    this.deps = { ...deps, meteringQuota: { takeSlot } };
  }

  async prepareAndSend(due: DueHours): Promise<{ hoursDue: number; hoursLeft: number }> {
    await this.#inLanes(this.#wavesOf(due), (wave) => this.#finishWave(wave));
    await this.#heavy;
    await this.#inLanes(this.#batcher.rest(), (call) => this.#send(call));
    await this.deps.claims.giveBack();
    if (this.#error !== undefined) throw this.#error;
    // The hours that the run did not come to are counted and not read: there may be a million of them.
    const untaken = await due.countRest();
    return { hoursDue: this.#hoursTaken + untaken, hoursLeft: this.#hoursLeft + untaken };
  }

  /** Each wave is read when a lane is free for it. */
  async *#wavesOf(due: DueHours): AsyncGenerator<HourKey[]> {
    while (!this.#isOver) {
      const wave = await due.take(WAVE).catch(this.#stop);
      if (wave === undefined || wave.length === 0) return;
      this.#hoursTaken += wave.length;
      yield wave;
    }
  }

  async #inLanes<Item>(
    items: readonly Item[] | AsyncIterable<Item>,
    work: (item: Item) => Promise<void>,
  ): Promise<void> {
    await pMap(items, (item) => work(item).catch(this.#stop), { concurrency: LANES });
  }

  /** The work in progress ends, so that nothing outlives the invocation. Nothing else begins, and the run fails. */
  readonly #stop = (error: unknown): undefined => {
    this.#error ??= error instanceof Error ? error : new Error(String(error));
  };

  async #finishWave(wave: readonly HourKey[]): Promise<void> {
    if (this.#isOver) {
      this.#hoursLeft += wave.length;
      return;
    }
    const due = await this.#read(wave);
    const [heavy, light] = [due.filter(isHeavy), due.filter((each) => !isHeavy(each))];
    for (const each of heavy) this.#heavy = this.#heavy.then(() => this.#finishHeavy(each).catch(this.#stop));
    const prepared = await pMap(light, (each) => this.#folds.run(entriesOf(each), () => this.#prepare(each)));
    await this.#sendFull(prepared.filter((record) => record !== undefined));
  }

  async #finishHeavy(due: DueHour): Promise<void> {
    if (this.#isOver) {
      this.#hoursLeft += 1;
      return;
    }
    const record = await this.#prepare(due);
    if (record !== undefined) await this.#sendFull([record]);
  }

  async #read(wave: readonly HourKey[]): Promise<DueHour[]> {
    const { deps } = this;
    const subscriptions = await deps.subscriptions.getMany([
      ...new Set(wave.map(({ subscriptionId }) => subscriptionId)),
    ]);
    const known = await readEntitlements(subscriptions.values(), deps);
    const read = await pMap(wave, async (hourKey): Promise<DueHour | undefined> => {
      const subscription = subscriptions.get(hourKey.subscriptionId);
      const entitlements = known.get(hourKey.subscriptionId);
      const owner = { subscription, entitlements, finishing: finishingInLife(subscription, deps) };
      return deps.hourlyUsage.get(hourKey).then((hour) => ({ hour, owner }), this.#failed);
    });
    return read.filter((each) => each !== undefined);
  }

  async #prepare({ hour, owner }: DueHour): Promise<SealedRecord | undefined> {
    return prepareHour(hour, owner, this.deps).catch(this.#failed);
  }

  /** Adds records to the next calls, and makes the calls that are full. */
  async #sendFull(records: readonly SealedRecord[]): Promise<void> {
    for (const record of records) {
      for (const full of this.#batcher.add(record)) await this.#send(full);
    }
  }

  async #send(call: readonly SealedRecord[]): Promise<void> {
    const productCode = call[0]?.record.productCode ?? '';
    const first = this.#firstCalls.get(productCode);
    // Its failure is its own caller's.
    await first?.catch(() => undefined);
    const sent = sendCall(call, this.deps);
    if (first === undefined) this.#firstCalls.set(productCode, sent);
    await sent;
  }

  /** A failed hour stays due and does not stop the others. */
  readonly #failed = (error: unknown): undefined => {
    this.deps.onFailure(error);
    this.deps.counters.count('HoursFailed', 1);
  };

  /** Also when the next call would come too late: sealing more hours would only give their claims back. */
  get #isOver(): boolean {
    const { clock, deadlineMs } = this.deps;
    return this.#error !== undefined || Math.max(clock.now(), this.#lastSlotMs) >= deadlineMs;
  }
}

/** What folding the hour takes: only an open hour is folded. */
function entriesOf({ hour }: DueHour): number {
  return hour?.state === 'open' ? (hour.entries ?? hour.tallies * ENTRIES_OF_UNCOUNTED_TALLY) : 0;
}

function isHeavy(due: DueHour): boolean {
  return entriesOf(due) > HEAVY_ENTRIES;
}

/** Counted even as zero, because an alarm cannot watch a missing metric. */
const COUNTED = [
  'EndingsFailed',
  'HoursSealed',
  'HoursFailed',
  'MeteringCalls',
  'MeteringThrottles',
  'MeteringAmbiguous',
  'MeteringMisconfigured',
  'Records.accepted',
  'Records.conflict',
  'Records.echoDiffers',
  'Records.notSubscribed',
  'Records.refused',
  'Records.unprocessed',
  'EchoesMissing',
  'RecordsClosed.expired',
  'RecordsClosed.unconfirmed',
  'RecordsClosed.rejected',
  'UnitsClosed.expired',
  'UnitsClosed.unconfirmed',
  'UnitsClosed.rejected',
] as const;
