import Big from 'big.js';
import pc from '../../ops/output/colours';
import { extra, painted, table, type Shown } from '../../ops/output/table';
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

export function billTable(rows: readonly BillRow[]): Shown {
  const columns = [
    'buyer',
    'dimension',
    'used',
    'covered',
    'billed',
    'carried',
    'sum',
    extra('records'),
    extra('calls'),
  ];
  return table(
    columns,
    rows.map(({ company, dimension, used, covered, billed, carried, records, calls, exact }) => {
      const off = used.minus(covered).minus(billed).minus(carried);
      const verdict = exact
        ? painted('exact', pc.green)
        : painted(off.eq(0) ? 'wrongly covered' : `off by ${off.toFixed()}`, pc.red);
      const amounts = [used, covered, billed, carried].map((amount) => amount.toFixed());
      return [company, dimension, ...amounts, verdict, records, calls];
    }),
  );
}

/** Says what was sent to AWS about the hour in which a buyer cancelled, and when. */
export function lastHourOf({ buyer, ledger }: Omit<BillInput, 'balanceOf'>): string {
  const cancelledAt = shownTime(DEMO_START_MS + (buyer.cancelsAfterMs ?? 0));
  const hour = `${cancelledAt.slice(0, 10)}T${cancelledAt.slice(11, 13)}:00:00.000Z`;
  const last = ledger.find((record) => record.hour === hour);
  const billed = last ? `billed as ${last.quantity} at ${shownTime(Date.parse(last.billedAt))} UTC` : 'not billed';
  return `${buyer.company} cancelled at ${cancelledAt} UTC: the unfinished hour was ${billed}.`;
}

const shownTime = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 16).replace('T', ' ');

/** Sets a buyer's usage by cost tags, summed from the input file, beside the allocations that were sent to AWS. */
export function allocationTable({ buyer, ledger }: Omit<BillInput, 'balanceOf'>): Shown {
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
  return table(
    [`cost tags of ${buyer.company}`, 'used', 'billed'],
    [...used].map(([name, quantity]) => [name, quantity.toFixed(), (billed.get(name) ?? new Big(0)).toFixed()]),
  );
}

function nameOf(tags: [key: string, value: string][]): string {
  const named = tags.map(([key, value]) => `${key}=${value}`).sort();
  return named.join(', ') || '(untagged)';
}

function add(sums: Map<string, Big>, name: string, quantity: string | number): void {
  sums.set(name, (sums.get(name) ?? new Big(0)).plus(quantity));
}
