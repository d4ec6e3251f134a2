import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { listActs, putAct, type ListedAct } from '../../../ops/audit/acts';
import { audited, type Audited } from '../../../ops/audit/audited';
import { codeArgument } from '../../../ops/audit/because';
import type { Ops, Report } from '../../../ops/command';
import { aProduct } from '../../builders/a-payer';
import { anOperatorsOps } from '../redrive/an-operators-ops';

const NOW_MS = Date.parse('2026-11-30T23:59:59.500Z');
const NOW = new Date(NOW_MS).toISOString();
const ACT: Audited = {
  command: 'settle',
  ids: { subscriptionId: 's-1', recordId: undefined },
  because: { reason: 'case', ticket: 'C-1' },
  apply: true,
};
const REPORT: Report = { json: {}, text: () => '' };

let ops: Ops;

/** By default those of the month, since each month before it is another read. */
async function acts(sinceMs = Date.parse('2026-11-01T00:00:00Z')): Promise<ListedAct[]> {
  const found: ListedAct[] = [];
  for await (const act of listActs(ops.installation, { sinceMs, untilMs: NOW_MS })) found.push(act);
  return found;
}

async function items(): Promise<Record<string, unknown>[]> {
  const { dynamoDb, tables } = ops.installation;
  return (await dynamoDb.send(new ScanCommand({ TableName: tables.hourlyUsage }))).Items ?? [];
}

describe('the audit of an operator’s change', () => {
  beforeEach(async () => {
    ops = await anOperatorsOps({ products: [aProduct()], support: { email: 'support@example.com' } }, NOW_MS);
  });

  it('says who, when, what and why before the change, and the outcome after it', async () => {
    const act = { at: NOW, who: 'local', command: 'settle', ids: { subscriptionId: 's-1' } };
    const before = { ...act, reason: 'case', ticket: 'C-1' };
    await audited(ops, ACT, async () => {
      expect(await acts()).toEqual([before]);
      return REPORT;
    });
    expect(await acts()).toEqual([{ ...before, endedAt: NOW, outcome: 'done' }]);
  });

  it('keeps the error’s name, but not its message, of a change that fails', async () => {
    const failing = audited(ops, ACT, async () => {
      throw new TypeError('bea@example.com');
    });
    await expect(failing).rejects.toThrow('bea@example.com');
    expect(await acts()).toMatchObject([{ outcome: 'failed', error: 'TypeError' }]);
    expect(JSON.stringify(await items())).not.toContain('bea');
  });

  it('says that something is left to do when the command says so', async () => {
    await audited(ops, ACT, async () => ({ ...REPORT, exitCode: 1 }));
    expect(await acts()).toMatchObject([{ outcome: 'doneInPart' }]);
  });

  it('prevents the change when it cannot be stored', async () => {
    let worked = false;
    const tables = { ...ops.installation.tables, hourlyUsage: 'missing' };
    const broken = { installation: { ...ops.installation, tables } };
    const change = audited(broken, ACT, async () => {
      worked = true;
      return REPORT;
    });
    await expect(change).rejects.toThrow();
    expect(worked).toBe(false);
  });

  it('stores nothing of a dry run', async () => {
    await audited(ops, { ...ACT, apply: undefined }, async () => REPORT);
    expect(await items()).toEqual([]);
  });

  it('stores items that never expire', async () => {
    await audited(ops, ACT, async () => REPORT);
    const stored = await items();
    expect(stored).toHaveLength(2);
    for (const item of stored) expect(item).not.toHaveProperty('expiresAt');
  });

  it('lists changes of several months in order, from the given time on', async () => {
    const put = (at: string, command: string) => putAct(ops.installation, { at, who: 'local', command, ids: {} });
    await put('2026-11-30T23:59:59.000Z', 'c');
    await put('2026-09-10T00:00:00.000Z', 'a');
    await put('2026-11-01T00:00:00.000Z', 'b');
    const since = async (from: string) => (await acts(Date.parse(from))).map(({ command }) => command);
    expect(await since('2026-09-10T00:00:00Z')).toEqual(['a', 'b', 'c']);
    expect(await since('2026-09-30T00:00:00Z')).toEqual(['b', 'c']);
    expect(await since('2026-11-30T00:00:00Z')).toEqual(['c']);
  });
});

describe('a reason code and a ticket id', () => {
  it.each(['case', 'C-1', 'a.b_c/d-2'])('may be %s', (text) => {
    expect(codeArgument(text)).toBe(text);
  });

  it.each(['bea@example.com', 'Bea Buyer', '', '-x', 'ä', 'x'.repeat(65), 'a#b', 'a\u202eb'])(
    'may not be %j',
    (text) => {
      expect(() => codeArgument(text)).toThrow('without spaces');
    },
  );
});
