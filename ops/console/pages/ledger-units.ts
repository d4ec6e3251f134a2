import { decimalText } from '../../../lambdas/shared/domain/decimal';
import { hourStartMs, type Hour } from '../../../lambdas/shared/domain/hour';
import { html, type Html } from '../../../web/html';
import { card, figure, getForm, number, table, type Content } from '../../../web/parts';
import type { Month } from '../../arguments';
import type { Ops } from '../../command';
import { monthTerms, termsBy, type HourTerms } from '../../hours/month-terms';
import type { UnitSeries } from '../../installation/observation';
import { productOf } from '../../product-of';
import { BackgroundReads, type Reading } from '../background-reads';
import { draw } from '../charts/draw';
import { unitsDrawing, UNITS_SIZE } from '../charts/units';
import { readingCard, unlessDone } from '../reading-card';
import type { Answer } from '../routes';
import { monthOf } from './subscription-hours';

export type By = 'hour' | 'day';

/** Pictures of the dimensions with most hours; the table has all. */
const PICTURES = 12;
const HOURS_SHOWN = 48;
/** Of simulated time: somebody has moved the clock, or played for a while. */
const LOCAL_STALE_MS = 60_000;

/** The month to date by product and dimension, from the ledger itself, read once when somebody asks for it. */
export class LedgerUnits {
  readonly #reads: BackgroundReads<HourTerms[]>;

  constructor(private readonly ops: Ops) {
    this.#reads = new BackgroundReads(ops);
  }

  /** The local stack's ledger costs nothing, so that nobody has to ask for it. */
  reading(asked: string | undefined): Reading<HourTerms[]> | undefined {
    const month = this.#month();
    const start = () => this.#reads.start(month.name, (its) => monthTerms(its, month));
    if (asked === 'again') return start();
    const { local, clock } = this.ops.installation;
    const known = this.#reads.find(month.name);
    if (local && known?.kind === 'done' && clock.now() - known.readAtMs > LOCAL_STALE_MS) return start();
    return known ?? (asked !== undefined || local ? start() : undefined);
  }

  card(reading: Reading<HourTerms[]> | undefined, by: By): Html {
    if (reading === undefined) return this.#offer();
    if (reading.kind !== 'done') return unlessDone(reading);
    const totals = termsBy(reading.result, () => 'month').sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    return html`${card(
        `Month to date by dimension: ${this.#month().name}`,
        table({
          caption: 'From the ledger, exact. Units of two dimensions are never added up.',
          columns: ['Product', 'Dimension', 'Unit', ...QUANTITIES.map((name) => number(capitalized(name)))],
          rows: totals.map((total): Content[] => [
            this.#productName(total),
            total.dimension,
            this.#unitOf(total),
            ...QUANTITIES.map((name) => decimalText(total[name])),
          ]),
          nothing: 'Nothing was used this month.',
          isMarked: (row) => totals[row]?.lost.gt(0) === true,
        }),
        readingCard(reading, '/?ledger=again'),
      )}
      <div class="columns">${totals.slice(0, PICTURES).map((total) => this.#pictureCard(total, by))}</div>`;
  }

  /** @returns undefined when the ledger has not been read */
  async picture({
    product,
    dimension,
    by,
  }: {
    product: string;
    dimension: string;
    by: By;
  }): Promise<Answer | undefined> {
    const reading = this.#reads.find(this.#month().name);
    if (reading?.kind !== 'done') return undefined;
    const its = reading.result.filter((each) => each.productCode === product && each.dimension === dimension);
    const unit = this.#unitOf({ productCode: product, dimension }) ?? dimension;
    return { kind: 'picture', svg: await draw(unitsDrawing(seriesOf(its, by), unit)) };
  }

  #pictureCard({ productCode, dimension }: HourTerms, by: By): Html {
    const path = [productCode, dimension].map(encodeURIComponent).join('/');
    return card(
      `${this.#productName({ productCode })}: ${dimension} by ${by}`,
      figure({
        src: `/ledger/${path}/${by}.svg`,
        alt: `What became of ${dimension} by ${by}; the table above has the sums`,
        caption: `Line with dots: used. Stacked: covered (green), billed (blue), lost (red). Grey line: waiting.${by === 'hour' ? ` The last ${HOURS_SHOWN} hours with usage.` : ''}`,
        ...UNITS_SIZE,
      }),
    );
  }

  #offer(): Html {
    return card(
      'Month to date by dimension',
      html`<p>
        The metrics do not know dimensions. The ledger does: reading it asks every subscription for its hours of the
        month, about a read unit for each 4 KB.
      </p>`,
      getForm({
        label: 'Read the ledger',
        action: '/',
        fields: [],
        hidden: { ledger: 'yes' },
        button: 'Read the ledger',
      }),
    );
  }

  #month(): Month {
    return monthOf(undefined, this.ops.installation.clock.now());
  }

  #productName({ productCode }: Pick<HourTerms, 'productCode'>): string {
    return productOf(this.ops, productCode)?.name ?? productCode;
  }

  #unitOf({ productCode, dimension }: Pick<HourTerms, 'productCode' | 'dimension'>): string | undefined {
    return productOf(this.ops, productCode)?.dimensions.find(({ apiName }) => apiName === dimension)?.unit;
  }
}

const QUANTITIES = ['used', 'covered', 'billed', 'waiting', 'carried', 'lost'] as const;

export const capitalized = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const nameOf = ({ productCode, dimension }: HourTerms) => JSON.stringify([productCode, dimension]);

const timeOf: Record<By, (hour: Hour) => string> = { hour: (hour) => hour, day: (hour) => hour.slice(0, 10) };

function seriesOf(hours: readonly HourTerms[], by: By): UnitSeries[] {
  const points = termsBy(hours, timeOf[by]).slice(by === 'hour' ? -HOURS_SHOWN : 0);
  const startOf = ({ hour, time }: (typeof points)[number]) => (by === 'hour' ? hourStartMs(hour) : Date.parse(time));
  return (['used', 'covered', 'billed', 'waiting', 'lost'] as const).map((metric) => ({
    productCode: hours[0]?.productCode ?? '',
    metric,
    points: points.map((each) => ({ atMs: startOf(each), value: each[metric].toNumber() })),
  }));
}
