import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { createDependencies as metering } from '../../lambdas/meter-usage/dependencies';
import { runMetering } from '../../lambdas/meter-usage/run-metering';
import { METER_USAGE, SCHEDULE_MINUTES } from '../../lambdas/shared/contract/functions';
import { MAX_RECORDS_PER_CALL } from '../../lambdas/shared/domain/marketplace-limits';
import { TABLE_NAMES } from '../../local/dynamodb/memory-dynamodb';
import { aSellerConfiguration } from '../stand-ins/a-seller';
import { memoryPorts } from '../stand-ins/function-ports';
import { Dice } from '../simulation/driver/dice';
import { acceptedAll, BENCH_PRODUCT, noteFailure } from './bench-product';
import { VirtualTime } from './virtual-time';
import { START_MS, WaitingHours } from './waiting-hours';

const DYNAMODB_MS = 5;
/** How long a scheduled run starts calls. */
const RUN_SECONDS = METER_USAGE.timeoutSeconds - METER_USAGE.stopBeforeTimeoutSeconds;

export interface Backlog {
  /** How many hours are due. */
  hours: number;
  /** What a call of BatchMeterUsage takes. */
  callMs: number;
  /** As configured. */
  callsPerSecond: number;
  /** How long a run starts calls; default: as deployed. */
  runSeconds?: number;
}

/** The real function in virtual time; a call of DynamoDB takes 5 ms. */
class BacklogRuns {
  readonly time = new VirtualTime(START_MS);
  readonly calledAtMs: number[] = [];
  commands = 0;
  readonly #dice = new Dice(1);

  constructor(
    readonly waiting: WaitingHours,
    private readonly given: Backlog,
  ) {
    waiting.before = async () => {
      this.commands += 1;
      await this.time.sleep(DYNAMODB_MS);
    };
  }

  /** @param runSeconds - how long it starts calls */
  async run(runSeconds: number): Promise<void> {
    const { callsPerSecond } = this.given;
    const { time, waiting } = this;
    const ports = {
      ...memoryPorts(waiting.tables, { nowMs: START_MS }),
      client: waiting.client,
      clock: time,
      sleep: time.sleep,
      random: this.#dice.next,
      noteFailure,
      metering: new MarketplaceMeteringClient(),
      reminders: { remind: async () => undefined },
    };
    const configuration = aSellerConfiguration({
      products: [BENCH_PRODUCT],
      usage: { meteringCallsPerSecond: callsPerSecond },
    });
    const remainingMs = (runSeconds + METER_USAGE.stopBeforeTimeoutSeconds) * 1000;
    const deps = metering(ports, { tables: TABLE_NAMES, configuration }, { remainingMs });
    await runMetering({
      ...deps,
      marketplace: {
        batchMeterUsage: async (sent) => {
          this.calledAtMs.push(time.nowMs);
          await time.sleep(this.given.callMs);
          return acceptedAll(sent);
        },
      },
    });
  }

  /** The most calls that began within one second. */
  get mostCallsInASecond(): number {
    const ms = this.calledAtMs;
    return Math.max(...ms.map((from, index) => ms.slice(index).findLastIndex((to) => to < from + 1000) + 1));
  }
}

/** How a run with more due hours than it has time for uses the calls of BatchMeterUsage that it may make. */
export interface CallRate {
  /** Calls a second. */
  calls: number;
  /** Of the calls that the configured rate allows in the time of the run: 0 … 1. */
  share: number;
  mostCallsInASecond: number;
  /** DynamoDB commands for each record. */
  commands: number;
}

/** One run. */
export async function measureCallRate(backlog: Omit<Backlog, 'hours'>): Promise<CallRate> {
  const { callsPerSecond, runSeconds = 60 } = backlog;
  // More than the rate allows.
  const hours = (runSeconds * callsPerSecond + 10) * MAX_RECORDS_PER_CALL;
  const runs = new BacklogRuns(await WaitingHours.given(hours), { ...backlog, hours });
  await runs.time.pass(runs.run(runSeconds));
  const calls = runs.calledAtMs.length / runSeconds;
  const { mostCallsInASecond, commands, waiting } = runs;
  return { calls, share: calls / callsPerSecond, mostCallsInASecond, commands: commands / waiting.billed };
}

export interface Settled {
  /** Hours that would be settled in one hour. */
  hours: number;
  mostCallsInASecond: number;
}

/** Of the run before, only the end is played: it is beside the start of the run that is measured. */
const RUN_BEFORE_SECONDS = 15;

/** How many hours are settled between the start of a scheduled run and the next, times the runs of an hour. */
export async function measureSettled({ runSeconds = RUN_SECONDS, ...given }: Backlog): Promise<Settled> {
  const runs = new BacklogRuns(await WaitingHours.given(given.hours), given);
  const play = async () => {
    const before = runs.run(RUN_BEFORE_SECONDS);
    await runs.time.sleep((RUN_BEFORE_SECONDS + SCHEDULE_MINUTES * 60 - RUN_SECONDS) * 1000);
    const settledBefore = runs.waiting.billed;
    const run = runs.run(runSeconds);
    await runs.time.sleep((runSeconds + SCHEDULE_MINUTES * 60 - RUN_SECONDS) * 1000);
    const settled = runs.waiting.billed - settledBefore;
    await Promise.all([before, run]);
    return settled;
  };
  const settled = await runs.time.pass(play());
  const { mostCallsInASecond } = runs;
  return { hours: (settled * 3600) / (runSeconds + SCHEDULE_MINUTES * 60 - RUN_SECONDS), mostCallsInASecond };
}

/** The most memory that a short run needs at one time, in bytes. Everything before it and the stand-in for AWS is left out. */
export async function measureMemory(hours: number): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('Node gives no access to its garbage collector.');
  const inUse = (): number => {
    Reflect.apply(collectGarbage, undefined, []);
    return process.memoryUsage().heapUsed;
  };
  const runs = new BacklogRuns(await WaitingHours.given(hours), {
    hours,
    callMs: 100,
    callsPerSecond: 9.8,
    runSeconds: 30,
  });
  const before = inUse();
  let most = 0;
  const { before: wait } = runs.waiting;
  runs.waiting.before = async () => {
    await wait();
    if (runs.commands % 500 === 0) most = Math.max(most, inUse());
  };
  await runs.time.pass(runs.run(30));
  return most - before;
}
