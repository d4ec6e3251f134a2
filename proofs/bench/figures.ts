import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';

/** Ten due hours of one customer, with two million events in each, beside a thousand light ones. */
export const heavyHours = z.object({
  /** Heavy hours that AWS accepted with every event. */
  billed: z.int(),
  /** Light hours that were sent before the last heavy one. */
  lightBefore: z.int(),
  runs: z.int(),
  /** Of this machine, for all runs. */
  seconds: z.number(),
  /** The most memory of the process, with the tables in it. */
  bytes: z.int(),
});

export type HeavyHours = z.infer<typeof heavyHours>;

const units = z.object({ writeUnits: z.number(), readUnits: z.number() });

/** Everything that one run of the bench measures. `figures.json` has the run that docs/cost.md was written from. */
const figuresSchema = z.object({
  /** DynamoDB units of a whole hour of one subscription and dimension. */
  hours: z.array(z.object({ batchSize: z.int(), eventsPerHour: z.int(), ...units.shape, tallies: units })),
  /** Write units of an event. */
  interleaved: z.array(z.object({ customers: z.int(), shards: z.int(), writeUnits: z.number() })),
  /** `calls` a second; `share` of the configured call rate; `commands` of DynamoDB for each record. */
  calls: z.array(
    z.object({
      callsPerSecond: z.number(),
      callMs: z.int(),
      calls: z.number(),
      share: z.number(),
      mostCallsInASecond: z.int(),
      commands: z.number(),
    }),
  ),
  /** Hours that scheduled runs settle in one hour, with a million due. */
  settled: z.array(
    z.object({
      callsPerSecond: z.number(),
      callMs: z.int(),
      hours: z.number(),
      mostCallsInASecond: z.int(),
    }),
  ),
  /** The most that a run needs at one time, by how many hours are due. */
  memory: z.array(z.object({ hours: z.int(), bytes: z.int() })),
  heavy: heavyHours,
  /** Usage that is counted in a second, and deliveries that failed, when a call of DynamoDB takes 5 ms. */
  rates: z.object({
    oneShard: z.object({ eventsPerSecond: z.number() }),
    hotCustomer: z.array(z.object({ windowSeconds: z.int(), failed: z.number(), conflicts: z.number() })),
  }),
  /** A month of 1,000 customers × 2 dimensions × 1 event per 10 s. */
  month: z.object({
    shards: z.int(),
    windows: z.array(
      z.object({
        batchingWindowSeconds: z.int(),
        writeUnits: z.number(),
        dollars: z.array(z.tuple([z.string(), z.number()])),
      }),
    ),
    others: z.array(z.object({ name: z.string(), dollars: z.number() })),
  }),
  /**
   * Of `GET /subscriptions/{id}` with a million events in the open hour, of folding that hour, and of intake for each
   * subscription that a request names.
   */
  reads: z.object({ estimated: z.number(), folded: z.number(), intake: z.number() }),
  /** Processor time of a request of 100 events. */
  intakeMs: z.number(),
  bundleBytes: z.array(z.tuple([z.string(), z.int()])),
});

export type Figures = z.infer<typeof figuresSchema>;

export const FIGURES_FILE = resolve(import.meta.dirname, 'figures.json');

export async function readFigures(): Promise<Figures> {
  return figuresSchema.parse(JSON.parse(await readFile(FIGURES_FILE, 'utf8')));
}
