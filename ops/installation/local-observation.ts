import * as z from 'zod';
import { OperatorError } from '../errors';
import {
  isReading,
  UNIT_METRICS,
  type AlarmThatIsOn,
  type Observation,
  type Times,
  type UnitQuestion,
  type UnitSeries,
} from './observation';

const pointsSchema = z.array(
  z.object({ name: z.string(), dimensions: z.record(z.string(), z.string()), value: z.number(), atMs: z.number() }),
);
const alarmsSchema = z.array(
  z.object({ name: z.string(), state: z.string(), since: z.string(), description: z.string() }),
);

/** The metrics and alarms of the local stack, by its control API. */
export class LocalObservation implements Observation {
  readonly source = "the local stack's metrics";

  constructor(private readonly url: string) {}

  async unitSeries(questions: readonly UnitQuestion[], times: Times): Promise<UnitSeries[]> {
    const names = Object.values(UNIT_METRICS).map((name) => `name=${name}`);
    const points = await this.#get(`metrics/points?${names.join('&')}`, pointsSchema);
    return questions.map((question) => {
      const its = points.filter(
        // Of waiting, there are points by reason too, which repeat a part of it.
        ({ name, dimensions: { product, dimension, reason }, atMs }) =>
          name === UNIT_METRICS[question.metric] &&
          product === question.productCode &&
          dimension === question.dimension &&
          (reason === undefined || question.metric === 'lost') &&
          atMs >= times.fromMs &&
          atMs < times.toMs,
      );
      return { ...question, points: byPeriod(its, { isMaximum: isReading(question.metric), ...times }) };
    });
  }

  async alarmsThatAreOn(): Promise<AlarmThatIsOn[]> {
    const alarms = await this.#get('alarms', alarmsSchema);
    return alarms.filter(({ state }) => state === 'ALARM');
  }

  async #get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer> {
    const address = `${this.url}/_stack/${path}`;
    let answer: unknown;
    try {
      answer = await (await fetch(address)).json();
    } catch (cause) {
      throw new OperatorError(`No stack answers at ${this.url}. Start one with \`npm start\`.`, { cause });
    }
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new OperatorError(`${address} is not of this version. Restart \`npm start\`.`);
  }
}

/** As CloudWatch adds up: by periods that begin at multiples of their length. */
function byPeriod(
  points: readonly { atMs: number; value: number }[],
  { isMaximum, periodSeconds }: { isMaximum: boolean; periodSeconds: number },
): UnitSeries['points'] {
  const periodMs = periodSeconds * 1000;
  const periods = Map.groupBy(points, ({ atMs }) => atMs - (atMs % periodMs));
  return [...periods]
    .sort(([a], [b]) => a - b)
    .map(([atMs, its]) => {
      const values = its.map(({ value }) => value);
      return { atMs, value: isMaximum ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) };
    });
}
