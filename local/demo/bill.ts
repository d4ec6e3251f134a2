import Big from 'big.js';
import Table from 'cli-table3';
import pc from '../colours';
import type { BilledRecord } from '../marketplace/rules/state';
import { readWeek } from './series';
import { plan, type DemoBuyer } from './scenario';

export interface BillInput {
  buyer: DemoBuyer;
  accountId: string;
  /** AWS Marketplace's own ledger. */
  ledger: readonly BilledRecord[];
  /** What our ledger says is not billed yet, by dimension. */
  carriedOf(dimension: string): Promise<Big>;
}

export interface BillRow {
  company: string;
  dimension: string;
  used: Big;
  billed: Big;
  carried: Big;
  records: number;
  calls: number;
  exact: boolean;
}

/** The bill of a buyer: what was used, summed from the input file, beside what AWS Marketplace would bill. */
export async function billOf({ buyer, accountId, ledger, carriedOf }: BillInput): Promise<BillRow[]> {
  const activities = [...readWeek(buyer.week).values()].reduce((sum, count) => sum + count, 0);
  return Promise.all(
    buyer.uses.map(async ({ dimension, perActivity }) => {
      const own = ledger.filter((record) => record.accountId === accountId && record.dimension === dimension);
      const used = new Big(perActivity).times(activities);
      const billed = own.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
      const carried = await carriedOf(dimension);
      return {
        ...{ company: buyer.company, dimension, used, billed, carried, records: own.length },
        calls: new Set(own.map(({ billedAt }) => billedAt)).size,
        exact: used.eq(billed.plus(carried)),
      };
    }),
  );
}

export function billTable(rows: readonly BillRow[]): string {
  const head = ['buyer', 'dimension', 'used', 'billed', 'carried', 'records', 'calls', 'used = billed + carried'];
  const table = new Table({ head, colAligns: ['left', 'left', ...rights(5)], style: { head: [], border: [] } });
  for (const { company, dimension, used, billed, carried, records, calls, exact } of rows) {
    const verdict = exact ? pc.green('exact') : pc.red(`off by ${used.minus(billed).minus(carried).toFixed()}`);
    table.push([company, dimension, used.toFixed(), billed.toFixed(), carried.toFixed(), records, calls, verdict]);
  }
  return table.toString();
}

/** How a buyer's usage was allocated to cost tags: used, summed from the input file, beside what AWS was told. */
export function allocationTable({ buyer, accountId, ledger }: Omit<BillInput, 'carriedOf'>): string {
  const used = new Map<string, Big>();
  const seen = new Set<string>();
  for (const { id, quantity, tags } of plan(buyer)) {
    if (!seen.has(id)) add(used, nameOf(Object.entries(tags)), quantity);
    seen.add(id);
  }
  const billed = new Map<string, Big>();
  for (const record of ledger.filter((each) => each.accountId === accountId)) {
    const allocations = record.allocations.length > 0 ? record.allocations : [{ quantity: record.quantity, tags: [] }];
    for (const { quantity, tags } of allocations)
      add(billed, nameOf(tags.map(({ key, value }) => [key, value])), quantity);
  }
  const head = [`cost tags of ${buyer.company}`, 'used', 'billed'];
  const table = new Table({ head, colAligns: ['left', ...rights(2)], style: { head: [], border: [] } });
  for (const [name, quantity] of used)
    table.push([name, quantity.toFixed(), (billed.get(name) ?? new Big(0)).toFixed()]);
  return table.toString();
}

function nameOf(tags: [key: string, value: string][]): string {
  const named = tags.map(([key, value]) => `${key}=${value}`).sort();
  return named.join(', ') || '(untagged)';
}

function add(sums: Map<string, Big>, name: string, quantity: string | number): void {
  sums.set(name, (sums.get(name) ?? new Big(0)).plus(quantity));
}

function rights(count: number): 'right'[] {
  return Array.from({ length: count }, () => 'right');
}
