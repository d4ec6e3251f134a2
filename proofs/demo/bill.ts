import Big from 'big.js';
import Table from 'cli-table3';
import pc from '../../ops/output/colours';
import type { BilledRecord } from '../../simulator';
import { DEMO_START_MS, plan, usedOf, type DemoBuyer } from './scenario';

export interface BillInput {
  buyer: DemoBuyer;
  /** The records that AWS Marketplace bills to this buyer. */
  ledger: readonly BilledRecord[];
  /** Reads from our ledger how much of a dimension is not billed yet, and how much the contract pays for. */
  balanceOf(dimension: string): Promise<{ carried: Big; covered: Big }>;
}

export interface BillRow {
  company: string;
  dimension: string;
  used: Big;
  billed: Big;
  covered: Big;
  carried: Big;
  records: number;
  calls: number;
  exact: boolean;
}

/** Sets the usage in the input file beside what AWS Marketplace would bill for it. */
export async function billOf({ buyer, ledger, balanceOf }: BillInput): Promise<BillRow[]> {
  return Promise.all(
    buyer.uses.map(async ({ dimension }) => {
      const own = ledger.filter((record) => record.dimension === dimension);
      const used = usedOf(buyer, dimension);
      const billed = own.reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
      const { carried, covered } = await balanceOf(dimension);
      return {
        company: buyer.company,
        dimension,
        used,
        covered,
        billed,
        carried,
        records: own.length,
        calls: new Set(own.map(({ billedAt }) => billedAt)).size,
        exact: used.eq(covered.plus(billed).plus(carried)) && covered.eq(entitledTo(buyer, dimension, used)),
      };
    }),
  );
}

/** The contract pays for all usage, up to the units that it includes. */
function entitledTo({ contract }: DemoBuyer, dimension: string, used: Big): Big {
  if (contract?.covers !== dimension) return new Big(0);
  return used.gt(contract.units) ? new Big(contract.units) : used;
}

export function billTable(rows: readonly BillRow[]): string {
  const head = ['buyer', 'dimension', 'used', 'covered', 'billed', 'carried', 'records', 'calls', 'sum'];
  const table = new Table({ head, colAligns: ['left', 'left', ...rights(6)], style: { head: [], border: [] } });
  for (const { company, dimension, used, covered, billed, carried, records, calls, exact } of rows) {
    const off = used.minus(covered).minus(billed).minus(carried);
    const verdict = exact ? pc.green('exact') : pc.red(off.eq(0) ? 'wrongly covered' : `off by ${off.toFixed()}`);
    const amounts = [used, covered, billed, carried].map((amount) => amount.toFixed());
    table.push([company, dimension, ...amounts, records, calls, verdict]);
  }
  return table.toString();
}

/** Says what was sent to AWS about the hour in which a buyer cancelled, and when. */
export function lastHourOf({ buyer, ledger }: Omit<BillInput, 'balanceOf'>): string {
  const cancelledAt = shownTime(DEMO_START_MS + (buyer.cancelsAfterMs ?? 0));
  const hour = `${cancelledAt.slice(0, 10)}T${cancelledAt.slice(11, 13)}:00:00.000Z`;
  const last = ledger.find((record) => record.hour === hour);
  const billed = last ? `billed as ${last.quantity} at ${shownTime(Date.parse(last.billedAt))}` : 'not billed';
  return `${buyer.company} cancelled at ${cancelledAt}: the unfinished hour was ${billed}.`;
}

const shownTime = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');

/** Sets a buyer's usage by cost tags, summed from the input file, beside the allocations that were sent to AWS. */
export function allocationTable({ buyer, ledger }: Omit<BillInput, 'balanceOf'>): string {
  const used = new Map<string, Big>();
  const seen = new Set<string>();
  for (const { id, quantity, tags } of plan(buyer)) {
    if (!seen.has(id)) add(used, nameOf(Object.entries(tags)), quantity);
    seen.add(id);
  }
  const billed = new Map<string, Big>();
  for (const record of ledger) {
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
