import type { Product } from '../../../lambdas/shared/contract/seller-configuration';
import { html, type Html } from '../../../web/html';
import { card, figure, number, table, type Content } from '../../../web/parts';
import type { Ops } from '../../command';
import { OperatorError } from '../../errors';
import { UNIT_METRICS, type Times, type UnitMetric, type UnitSeries } from '../../installation/observation';
import { utcTime } from '../../output/utc';
import { draw } from '../charts/draw';
import { unitsDrawing, UNITS_SIZE } from '../charts/units';
import type { Answer } from '../routes';
import { capitalized, type By } from './ledger-units';
import { monthOf } from './subscription-hours';

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

/** The one unit of a product. The metrics add up a product's dimensions, which means nothing across units. */
function unitOf({ dimensions }: Product): string | undefined {
  const units = new Set(dimensions.map(({ unit }) => unit));
  return units.size === 1 ? dimensions[0]?.unit : undefined;
}

/** What was used by product, and what became of it, with the month to date. */
export async function unitCards(ops: Ops, by: By): Promise<Html> {
  const { installation } = ops;
  const nowMs = installation.clock.now();
  const { products } = ops.configuration();
  const summed = products.filter((product) => unitOf(product) !== undefined);
  const others = products.filter((product) => unitOf(product) === undefined);
  const month = monthOf(undefined, nowMs);
  const questions = summed.flatMap(({ productCode }) => METRICS.map((metric) => ({ productCode, metric })));
  const monthTimes = { fromMs: month.startMs, toMs: month.endMs, periodSeconds: 24 * HOUR_SECONDS };
  const [recent, toDate] = await Promise.all([
    installation.observation.unitSeries(questions, timesOf(by, nowMs)),
    installation.observation.unitSeries(questions, monthTimes),
  ]);
  return html`${monthCard({ summed, others, month: month.name, source: installation.observation.source }, toDate)}
  ${summed.filter((product) => hasUnits(ofProduct(recent, product))).map((product) => productCard({ product, by }, ofProduct(recent, product)))}`;
}

const ofProduct = (series: readonly UnitSeries[], { productCode }: Product): UnitSeries[] =>
  series.filter((each) => each.productCode === productCode);

interface MonthFigures {
  summed: readonly Product[];
  others: readonly Product[];
  month: string;
  source: string;
}

function monthCard({ summed, others, month, source }: MonthFigures, series: readonly UnitSeries[]): Html {
  const rows = summed
    .filter((product) => hasUnits(ofProduct(series, product)))
    .map((product): Content[] => {
      const its = ofProduct(series, product);
      const sum = (metric: UnitMetric) => shown(total(its.find((each) => each.metric === metric)));
      return [product.name, unitOf(product), sum('used'), sum('covered'), sum('billed'), sum('lost')];
    });
  return card(
    `Month to date by product: ${month}`,
    table({
      caption: `From ${source}, which counts an hour when it is closed and rounds; the ledger's pages are exact.`,
      columns: ['Product', 'Unit', number('Used'), number('Covered'), number('Billed'), number('Lost')],
      rows,
      nothing: 'Nothing was counted of products that have one unit in all their dimensions.',
    }),
    others.length === 0
      ? undefined
      : html`<p>
          Not shown here: ${others.map(({ name }) => name).join(', ')}. Their dimensions have different units, which the
          metrics add up. The ledger keeps them apart.
        </p>`,
  );
}

const hasUnits = (series: readonly UnitSeries[]): boolean =>
  series.some(({ points }) => points.some(({ value }) => value > 0));

function productCard({ product, by }: { product: Product; by: By }, series: readonly UnitSeries[]): Html {
  const unit = unitOf(product) ?? '';
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ atMs }) => atMs)))].sort((a, b) => b - a);
  const at = (metric: UnitMetric, atMs: number) =>
    shown(series.find((each) => each.metric === metric)?.points.find((point) => point.atMs === atMs)?.value);
  return card(
    `${product.name}: ${unit} by ${by}`,
    times.length === 0
      ? undefined
      : figure({
          src: `/units/${encodeURIComponent(product.productCode)}/${by}.svg`,
          alt: `${unit} by ${by}; the table has the numbers`,
          caption: 'Line with dots: used. Stacked: covered (green), billed (blue), lost (red). Grey line: waiting.',
          ...UNITS_SIZE,
        }),
    table({
      caption: `Counted when the hour was closed, of all its dimensions: ${product.dimensions
        .map(({ apiName }) => apiName)
        .slice(0, 20)
        .join(', ')}`,
      columns: [`${by === 'hour' ? 'Hour' : 'Day'} (UTC)`, ...METRICS.map((metric) => number(capitalized(metric)))],
      rows: times.map((atMs) => [
        utcTime(atMs)?.slice(0, by === 'hour' ? 16 : 10),
        ...METRICS.map((metric) => at(metric, atMs)),
      ]),
      nothing: `Nothing was counted in that time (metrics ${Object.values(UNIT_METRICS).join(', ')}).`,
    }),
  );
}

/** A metric is a floating number; six decimals are the smallest step that AWS bills. */
const shown = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : String(Number(value.toFixed(6)));

const total = (series: UnitSeries | undefined): number =>
  (series?.points ?? []).reduce((sum, { value }) => sum + value, 0);

export async function unitsPicture(
  ops: Ops,
  { product: productCode = '', by }: Readonly<Record<string, string>>,
): Promise<Answer> {
  const product = ops.configuration().products.find((each) => each.productCode === productCode);
  const unit = product && unitOf(product);
  if (unit === undefined) throw new OperatorError(`No product ${productCode} has one unit in all its dimensions.`);
  const questions = METRICS.map((metric) => ({ productCode, metric }));
  const times = timesOf(by === 'day.svg' ? 'day' : 'hour', ops.installation.clock.now());
  const series = await ops.installation.observation.unitSeries(questions, times);
  return { kind: 'picture', svg: await draw(unitsDrawing(series, unit)) };
}
