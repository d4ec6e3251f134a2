import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { putIfNew } from '../../lambdas/shared/stores/conditional-writes';
import { itemsOfPartition } from '../../lambdas/shared/stores/partition';
import { OperatorError } from '../errors';
import type { InstalledTables } from '../installation/installation';

/**
 * Acts: what operators changed, in the HourlyUsage table, whose items never expire.
 *
 * | item    | pk                 | sk                              | holds |
 * |---------|--------------------|---------------------------------|-------|
 * | act     | `operator#2026-11` | `2026-11-23T05:17:00.123Z#<id>` | who, command, ids, reason, ticket; put before the change |
 * | outcome | the same           | the same and `#outcome`         | how it ended; missing if the command was killed |
 *
 * Both are put on condition that they are new, so no command overwrites one, and nothing here may delete one. A
 * subscription id contains no `#`, so no hour has such a key.
 */
const act = z.object({
  at: z.iso.datetime(),
  who: z.string(),
  command: z.string(),
  /** The arguments that are ids, times or digests. */
  ids: z.record(z.string(), z.string()),
  reason: z.string().optional(),
  ticket: z.string().optional(),
});
const outcome = z.object({
  endedAt: z.iso.datetime(),
  /** `doneInPart`: the command said what is left to do. */
  outcome: z.enum(['done', 'doneInPart', 'failed']),
  /** The error's name. */
  error: z.string().optional(),
});
const keyed = z.object({ sk: z.string() });

export type Act = z.infer<typeof act>;
export type ActOutcome = z.infer<typeof outcome>;
/** An act without an outcome is still running, or was killed: it may have changed something. */
export type ListedAct = Act & Partial<ActOutcome>;

interface ActKey {
  pk: string;
  sk: string;
}

const OUTCOME = '#outcome';
const partitionOf = (at: string) => `operator#${at.slice(0, 7)}`;

export async function putAct(installed: InstalledTables, new_: Act): Promise<ActKey> {
  const key = { pk: partitionOf(new_.at), sk: `${new_.at}#${randomUUID()}` };
  await put(installed, { ...key, ...new_ });
  return key;
}

export async function putOutcome(installed: InstalledTables, { pk, sk }: ActKey, ended: ActOutcome): Promise<void> {
  await put(installed, { pk, sk: `${sk}${OUTCOME}`, ...ended });
}

async function put({ dynamoDb: client, tables }: InstalledTables, Item: Record<string, unknown>): Promise<void> {
  const isNew = await putIfNew({ client }, { TableName: tables.hourlyUsage, Item });
  if (!isNew) throw new OperatorError('The audit has this entry already. Run the command again.');
}

/** The acts from `sinceMs` to `untilMs`, the oldest first. */
export async function* listActs(
  { dynamoDb: client, tables }: InstalledTables,
  { sinceMs, untilMs }: { sinceMs: number; untilMs: number },
): AsyncGenerator<ListedAct> {
  const since = new Date(sinceMs).toISOString();
  const ledger = { client, tableName: tables.hourlyUsage };
  for (const month of monthsBetween(sinceMs, untilMs)) {
    let last: (Act & { sk: string }) | undefined;
    for await (const item of itemsOfPartition(ledger, partitionOf(month), { since })) {
      const { sk } = keyed.parse(item);
      // An outcome directly follows its act.
      const ended = last !== undefined && sk === `${last.sk}${OUTCOME}`;
      if (last !== undefined) yield { ...withoutKey(last), ...(ended && outcome.parse(item)) };
      last = ended || sk.endsWith(OUTCOME) ? undefined : { ...act.parse(item), sk };
    }
    if (last !== undefined) yield withoutKey(last);
  }
}

const withoutKey = ({ sk: _, ...listed }: Act & { sk: string }): Act => listed;

/** The first moment of each month that has a moment between the two, ISO 8601. */
function monthsBetween(fromMs: number, toMs: number): string[] {
  const months: string[] = [];
  const first = new Date(fromMs);
  for (let month = first.getUTCMonth(); ; month += 1) {
    const startMs = Date.UTC(first.getUTCFullYear(), month);
    if (startMs > toMs) return months;
    months.push(new Date(startMs).toISOString());
  }
}
