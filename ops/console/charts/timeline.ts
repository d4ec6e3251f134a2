import type { Period } from '../../../lambdas/shared/domain/periods';
import { COLOURS, timeTick, type Drawing, type Size } from './draw';

export const TIMELINE_SIZE: Size = { width: 400, height: 110 };

export interface LifeLine {
  /** The times when AWS had the buyer subscribed. */
  periods: readonly Period[];
  /** Moments with a name. */
  moments: readonly { at: string; what: string }[];
  nowMs: number;
}

/** A life of a minute or of years, on one line: bars where subscribed, gaps where not. */
export function timelineDrawing({ periods, moments, nowMs }: LifeLine): Drawing {
  const bars = periods.map(({ from, until }) => ({
    from: new Date(from),
    until: new Date(until ?? nowMs),
    colour: until === undefined ? COLOURS.billed : COLOURS.waiting,
  }));
  const points = moments.map(({ at, what }) => ({ at: new Date(at), what }));
  return {
    ...TIMELINE_SIZE,
    options: (plot) => ({
      x: { type: 'utc', label: null, ticks: 4, tickFormat: timeTick },
      y: { axis: null, domain: ['life'] },
      marginTop: 20,
      marginLeft: 20,
      marginRight: 30,
      marks: [
        plot.barX(bars, { x1: 'from', x2: 'until', y: () => 'life', fill: 'colour', insetTop: 22, insetBottom: 12 }),
        plot.tickX(points, { x: 'at', y: () => 'life', stroke: 'currentColor', strokeWidth: 2, insetTop: 16 }),
        plot.ruleX([new Date(nowMs)], { stroke: COLOURS.lost, strokeDasharray: '4 3' }),
        plot.text([new Date(nowMs)], { x: (now: Date) => now, text: () => 'now', frameAnchor: 'top', dy: -16 }),
      ],
    }),
  };
}
