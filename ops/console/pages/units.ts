import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { html, type Html } from '../../../web/html';
import { card, figure, link, number, table, type Content } from '../../../web/parts';
import type { Ops } from '../../command';
import { OperatorError } from '../../errors';
import { type Times, type UnitMetric, type UnitSeries } from '../../installation/observation';
import { utcTime } from '../../output/utc';
import { draw } from '../charts/draw';
import { unitsDrawing, UNITS_SIZE } from '../charts/units';
import type { Answer } from '../routes';
import { monthOf } from './subscription-hours';

export type By = 'hour' | 'day';

const HOUR_SECONDS = 3600;
const METRICS = ['used', 'covered', 'billed', 'waiting', 'lost'] as const satisfies readonly UnitMetric[];
/** How far back a picture goes, in its periods. */
const PERIODS: Record<By, { count: number; seconds: number }> = {
  hour: { count: 48, seconds: HOUR_SECONDS },
  day: { count: 31, seconds: 24 * HOUR_SECONDS },
};

function timesOf(by: By, nowMs: number): Times {
  const { count, seconds: periodSeconds } = PERIODS[by];
  const toMs = Math.ceil((nowMs + 1) / (periodSeconds * 1000)) * periodSeconds * 1000;
  return { fromMs: toMs - count * periodSeconds * 1000, toMs, periodSeconds };
}

/** Reading a metric costs money. The pages of the ledger have the further dimensions of a product. */
const DIMENSIONS_SHOWN = 20;

/** A dimension of a product: units of two are never added up. */
interface Measured {
  product: Product;
  dimension: string;
  unit: string;
}

const measuredOf = (products: readonly Product[]): Measured[] =>
  products.flatMap((product) =>
    product.dimensions.slice(0, DIMENSIONS_SHOWN).map(({ apiName: dimension, unit }) => ({ product, dimension, unit })),
  );

const questionsAbout = ({ product: { productCode }, dimension }: Measured) =>
  METRICS.map((metric) => ({ productCode, dimension, metric }));

/** What was used by product and dimension, and what became of it, with the month to date. */
export async function unitCards(ops: Ops, by: By): Promise<Html> {
  const { installation } = ops;
  const nowMs = installation.clock.now();
  const { products } = ops.configuration();
  const measured = measuredOf(products);
  const month = monthOf(undefined, nowMs);
  const questions = measured.flatMap(questionsAbout);
  const monthTimes = { fromMs: month.startMs, toMs: month.endMs, periodSeconds: 24 * HOUR_SECONDS };
  const [recent, toDate] = await Promise.all([
    installation.observation.unitSeries(questions, timesOf(by, nowMs)),
    installation.observation.unitSeries(questions, monthTimes),
  ]);
  const shownOf = (series: readonly UnitSeries[]) =>
    measured.flatMap((each) => {
      const its = seriesOf(series, each);
      return hasUnits(its) ? [{ ...each, series: its }] : [];
    });
  const isCut = products.some(({ dimensions }) => dimensions.length > DIMENSIONS_SHOWN);
  return html`${monthCard(shownOf(toDate), { month: month.name, source: installation.observation.source, isCut })}
    <div class="columns">${shownOf(recent).map((each) => dimensionCard(each, by))}</div>`;
}

const seriesOf = (series: readonly UnitSeries[], { product, dimension }: Measured): UnitSeries[] =>
  series.filter((each) => each.productCode === product.productCode && each.dimension === dimension);

type Shown = Measured & { series: UnitSeries[] };

function monthCard(
  all: readonly Shown[],
  { month, source, isCut }: { month: string; source: string; isCut: boolean },
): Html {
  const sum = ({ series }: Shown, metric: UnitMetric) => shown(total(series.find((each) => each.metric === metric)));
  return card(
    `Month to date by dimension: ${month}`,
    table({
      caption: `From ${source}, which counts an hour when it is closed and rounds; the pages of the ledger are exact.`,
      columns: ['Product', 'Dimension', 'Unit', number('Used'), number('Covered'), number('Billed'), number('Lost')],
      rows: all.map((each): Content[] => [
        each.product.name,
        each.dimension,
        each.unit,
        ...(['used', 'covered', 'billed', 'lost'] as const).map((metric) => sum(each, metric)),
      ]),
      nothing: 'Nothing was counted this month.',
      isMarked: (row) => Number(all[row] && sum(all[row], 'lost')) > 0,
    }),
    isCut
      ? html`<p>
          Only the first ${DIMENSIONS_SHOWN} dimensions of each product are shown here.
          ${link('/month', 'Month by buyer')} has all.
        </p>`
      : undefined,
  );
}

const hasUnits = (series: readonly UnitSeries[]): boolean =>
  series.some(({ points }) => points.some(({ value }) => value > 0));

function dimensionCard({ product, dimension, unit, series }: Shown, by: By): Html {
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ atMs }) => atMs)))].sort((a, b) => b - a);
  const at = (metric: UnitMetric, atMs: number) =>
    shown(series.find((each) => each.metric === metric)?.points.find((point) => point.atMs === atMs)?.value);
  return card(
    `${product.name}: ${dimension} by ${by} (${unit})`,
    figure({
      src: `/units/${[product.productCode, dimension].map(encodeURIComponent).join('/')}/${by}.svg`,
      alt: `${dimension} by ${by}; the table has the numbers`,
      caption: 'Line with dots: used. Stacked: covered (green), billed (blue), lost (red). Grey line: waiting.',
      ...UNITS_SIZE,
    }),
    table({
      caption: 'Counted when the hour was closed',
      columns: [`${by === 'hour' ? 'Hour' : 'Day'} (UTC)`, ...METRICS.map((metric) => number(capitalized(metric)))],
      rows: times.map((atMs) => [
        utcTime(atMs)?.slice(0, by === 'hour' ? 16 : 10),
        ...METRICS.map((metric) => at(metric, atMs)),
      ]),
    }),
  );
}

const capitalized = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** A metric is a floating number; six decimals are the smallest step that AWS bills. */
const shown = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(Number(value.toFixed(6)));

const total = (series: UnitSeries | undefined): number =>
  (series?.points ?? []).reduce((sum, { value }) => sum + value, 0);

export async function unitsPicture(
  ops: Ops,
  { product: productCode, dimension, by }: Readonly<Record<string, string>>,
): Promise<Answer> {
  const measured = measuredOf(ops.configuration().products).find(
    (each) => each.product.productCode === productCode && each.dimension === dimension,
  );
  if (measured === undefined) throw new OperatorError('No product of the configuration has this dimension.');
  const times = timesOf(by === 'day.svg' ? 'day' : 'hour', ops.installation.clock.now());
  const series = await ops.installation.observation.unitSeries(questionsAbout(measured), times);
  return { kind: 'picture', svg: await draw(unitsDrawing(series, measured.unit)) };
}
