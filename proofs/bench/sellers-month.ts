import { blocks, table, type Shown } from '../../ops/output/table';
import { processTerminal } from '../../ops/output/terminal';
import { aSellerConfiguration } from '../stand-ins/a-seller';
import { measureInterleaved, storedEventBytes, type InterleavedUnits } from './interleaved';
import { eventsAMonth, monthDollars, othersDollars, shardsOf, totalOf, type SellersNumbers } from './month';
import { measureIntakeReads } from './subscription-reads';

/** The default of the configuration, shorter windows, and the longest. */
const WINDOWS = [1, 10, 60, 300];
/** Longer ones need a longer grace, which delays every bill. */
const LONGEST_WITH_DEFAULT_GRACE = 60;
/** A longer window has to save so much: it takes time from the end of a subscription. */
const WORTH = 0.03;

interface WindowCost {
  batchingWindowSeconds: number;
  units: InterleavedUnits;
  dollars: ReadonlyMap<string, number>;
}

const SHORTEST_RETENTION_DAYS = 35;

/** The month with each batching window. @param shards - default: as many as the stored events need */
export async function measureMonth(numbers: SellersNumbers, shards = shardsOf(numbers, storedEventBytes())) {
  const intakeReadUnits = await measureIntakeReads();
  const costs: WindowCost[] = [];
  for (const batchingWindowSeconds of WINDOWS) {
    const { eventsPerHour } = numbers;
    const customers = numbers.customers * numbers.dimensions;
    const units = await measureInterleaved({ customers, shards, eventsPerHour, batchingWindowSeconds });
    costs.push({ batchingWindowSeconds, units, dollars: monthDollars(numbers, { ...units, intakeReadUnits }) });
  }
  return { shards, costs };
}

/** The shortest window that costs hardly more than the cheapest one that the default grace allows. */
export function chosenWindow(costs: readonly WindowCost[]): WindowCost {
  const allowed = costs.filter(({ batchingWindowSeconds: window }) => window <= LONGEST_WITH_DEFAULT_GRACE);
  const cheapest = Math.min(...allowed.map(({ dollars }) => totalOf(dollars)));
  const chosen = allowed.find(({ dollars }) => totalOf(dollars) <= cheapest * (1 + WORTH));
  if (chosen === undefined) throw new Error('No batching window was measured.');
  return chosen;
}

const shown = (dollars: number): string =>
  dollars.toLocaleString('en', { maximumFractionDigits: dollars < 100 ? 2 : 0 });

/** Measures what the seller's numbers cost a month, and says what to choose. */
export async function sellersMonth(
  given: Omit<SellersNumbers, 'eventRetentionDays'> & { shards?: number },
): Promise<void> {
  const { eventRetentionDays } = aSellerConfiguration().usage;
  const { shards: givenShards, ...rest } = given;
  const numbers = { ...rest, eventRetentionDays };
  const { shards, costs } = await measureMonth(numbers, givenShards);
  const chosen = chosenWindow(costs);
  const shorter = { ...numbers, eventRetentionDays: SHORTEST_RETENTION_DAYS };
  const kept = await measureMonth(shorter, givenShards);
  console.log(
    blocks(
      `${eventsAMonth(numbers).toLocaleString('en')} events a month, through ${shards} shards of the stream. US dollars ` +
        'of the month after the first year, without free tiers (prices and assumptions: proofs/bench/prices.ts):',
      breakdown(chosen),
      'By batchingWindowSeconds:',
      windowTable(costs),
      'For comparison, the write units alone of:',
      table(
        ['', 'dollars'],
        othersDollars(numbers).map(({ name, dollars }) => [name, shown(dollars)]),
      ),
      ...advice({ chosen, costs, kept: kept.costs }),
    )(processTerminal.width),
  );
}

function breakdown({ dollars, batchingWindowSeconds }: WindowCost): Shown {
  const rows = [...dollars].map(([what, amount]) => [what, amount.toFixed(2)]);
  return table(
    [`with batchingWindowSeconds ${batchingWindowSeconds}`, 'dollars'],
    [...rows, ['together', totalOf(dollars).toFixed(2)]],
  );
}

function windowTable(costs: readonly WindowCost[]): Shown {
  return table(
    ['window', 'write units an event', 'dollars a month'],
    costs.map(({ batchingWindowSeconds, units, dollars }) => [
      `${batchingWindowSeconds} s`,
      units.writeUnits.toFixed(2),
      shown(totalOf(dollars)),
    ]),
  );
}

function advice(found: { chosen: WindowCost; costs: readonly WindowCost[]; kept: readonly WindowCost[] }): string[] {
  const { chosen, costs, kept } = found;
  const { batchingWindowSeconds } = chosen;
  const longest = costs.at(-1) ?? chosen;
  const saved = totalOf(chosen.dollars) - totalOf(longest.dollars);
  const same = kept.find((each) => each.batchingWindowSeconds === batchingWindowSeconds) ?? chosen;
  const savedByRetention = totalOf(chosen.dollars) - totalOf(same.dollars);
  return [
    `Choose batchingWindowSeconds ${batchingWindowSeconds}: the shortest window that costs at most 3 % more than any up ` +
      'to 60 s, which the default graceMinutes of 5 allows.',
    `A window of ${longest.batchingWindowSeconds} s saves ${shown(Math.max(0, saved))} dollars a month. It needs graceMinutes of ` +
      '10 or more, and takes five minutes from the hour in which AWS takes the last usage of an ended subscription.',
    `eventRetentionDays ${SHORTEST_RETENTION_DAYS} saves ${shown(Math.max(0, savedByRetention))} dollars a month. An event id is ` +
      'protected against duplicates for as long.',
  ];
}
