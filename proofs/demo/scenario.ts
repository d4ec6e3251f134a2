import Big from 'big.js';
import { readWeek } from './series';

export const HOUR_MS = 3_600_000;

/** A Monday. The week includes a month end, after which AWS accepts last month's usage for only six hours. */
export const DEMO_START_MS = Date.parse('2026-06-29T00:00:00Z');
export const WEEK_HOURS = 168;

/** How much of one dimension a buyer uses for each activity of the series. */
interface Use {
  dimension: string;
  /** Decimal text. */
  perActivity: string;
  /** Cost-allocation tags, used in turn. */
  tags?: readonly Record<string, string>[];
}

export interface DemoBuyer {
  company: string;
  email: string;
  /** The Monday of this buyer's week in the series. */
  week: string;
  uses: readonly Use[];
  /** The units that the contract includes each month. Absent for a buyer who only pays for usage. */
  contract?: { entitlement: string; covers: string; units: number };
  /** How far into the week the buyer cancels: in the middle of an hour. */
  cancelsAfterMs?: number;
}

export const DEMO_BUYERS: readonly DemoBuyer[] = [
  {
    company: 'Aurora Labs',
    email: 'ada@aurora.example',
    week: '2015-03-16',
    uses: [{ dimension: 'events', perActivity: '1' }],
  },
  {
    company: 'Borealis GmbH',
    email: 'bo@borealis.example',
    week: '2015-02-23',
    uses: [
      { dimension: 'events', perActivity: '2' },
      { dimension: 'compute_hours', perActivity: '0.1' },
    ],
  },
  {
    company: 'Cirrus Co-op',
    email: 'cy@cirrus.example',
    week: '2015-03-09',
    uses: [
      {
        dimension: 'events',
        perActivity: '3',
        tags: [
          { Department: 'engineering', Project: 'search' },
          { Project: 'search', Department: 'engineering' },
          { Department: 'finance' },
          {},
        ],
      },
    ],
  },
  {
    company: 'Delta Mutual',
    email: 'di@delta.example',
    week: '2015-03-16',
    uses: [{ dimension: 'events', perActivity: '1.5' }],
    contract: { entitlement: 'included_events', covers: 'events', units: 150 },
  },
  {
    company: 'Ember Studio',
    email: 'em@ember.example',
    week: '2015-02-23',
    uses: [{ dimension: 'events', perActivity: '0.7' }],
    cancelsAfterMs: 116 * HOUR_MS + 40 * 60_000,
  },
];

/** One usage event, and the hour of the week in which the seller's application reports it. */
export interface PlannedEvent {
  company: string;
  id: string;
  dimension: string;
  quantity: string;
  tags: Record<string, string>;
  timeMs: number;
  reportedInHour: number;
}

/** By then the hour has been sealed and sent. */
const LATE_BY_HOURS = 5;
const EVERY_NTH_LATE = 11;
const EVERY_NTH_TWICE = 7;

/**
 * Turns every activity into a usage event. The application reports some hours late and some twice: the second time with
 * another quantity, which must not count.
 */
export function plan({ company, week, uses, cancelsAfterMs = Infinity }: DemoBuyer): PlannedEvent[] {
  const planned: PlannedEvent[] = [];
  for (const [hour, count] of readWeek(week)) {
    for (let activity = 0; activity < count; activity += 1) {
      for (const { dimension, perActivity, tags = [{}] } of uses) {
        const n = planned.length;
        const event = {
          company,
          id: `${dimension}-${n}`,
          dimension,
          quantity: perActivity,
          tags: tags[n % tags.length] ?? {},
          timeMs: DEMO_START_MS + hour * HOUR_MS + ((activity * 97_000) % HOUR_MS),
          reportedInHour: n % EVERY_NTH_LATE === 5 ? hour + LATE_BY_HOURS : hour,
        };
        planned.push(event);
        if (n % EVERY_NTH_TWICE === 3) {
          planned.push({ ...event, quantity: '1000000', reportedInHour: event.reportedInHour + 1 });
        }
      }
    }
  }
  // A buyer who cancels uses nothing afterwards, and the application has reported everything by then.
  return planned
    .filter(({ timeMs }) => timeMs < DEMO_START_MS + cancelsAfterMs)
    .map((event) => ({
      ...event,
      reportedInHour: Math.min(event.reportedInHour, Math.floor(cancelsAfterMs / HOUR_MS)),
    }));
}

/** Sums the usage of a dimension: each event once, in its first version. */
export function usedOf(buyer: DemoBuyer, dimension: string): Big {
  const first = new Map<string, Big>();
  for (const event of plan(buyer)) {
    if (event.dimension === dimension && !first.has(event.id)) first.set(event.id, new Big(event.quantity));
  }
  return [...first.values()].reduce((sum, quantity) => sum.plus(quantity), new Big(0));
}
