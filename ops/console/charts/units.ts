import type { UnitMetric, UnitSeries } from '../../installation/observation';
import { COLOURS, timeTick, type Drawing, type Size } from './draw';

export const UNITS_SIZE: Size = { width: 400, height: 200 };

/** In the order in which they are stacked. */
const STACKED: readonly UnitMetric[] = ['covered', 'billed', 'lost'];

/** What became of the units of each hour or day, beside what was used in it. */
export function unitsDrawing(series: readonly UnitSeries[], unit: string): Drawing {
  const points = series.flatMap(({ metric, points: its }) =>
    its.map(({ atMs, value }) => ({ at: new Date(atMs), value, metric, colour: COLOURS[metric] })),
  );
  const stacked = STACKED.flatMap((metric) => points.filter((point) => point.metric === metric && point.value > 0));
  const [used, waiting] = (['used', 'waiting'] as const).map((metric) =>
    points.filter((point) => point.metric === metric),
  );
  return {
    ...UNITS_SIZE,
    options: (plot) => ({
      x: { type: 'utc', label: null, tickFormat: timeTick },
      y: { label: unit, grid: true, zero: true },
      marginLeft: 60,
      marginTop: 32,
      marks: [
        plot.ruleX(stacked, plot.stackY({ x: 'at', y: 'value', stroke: 'colour', strokeWidth: 5 })),
        plot.lineY(used ?? [], { x: 'at', y: 'value', stroke: COLOURS.used, strokeWidth: 2, marker: 'dot' }),
        plot.lineY(waiting ?? [], { x: 'at', y: 'value', stroke: COLOURS.waiting, strokeWidth: 2 }),
        plot.ruleY([0]),
      ],
    }),
  };
}
