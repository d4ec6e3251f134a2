import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { QUARTER, type AlarmDesign, type AlarmSources } from './alarm-design';

/** Fewer calls in a quarter of an hour say nothing: a crawler alone makes some. */
const LEAST_CALLS = 100;
/** Five a second. Beside an application that reports much, a flood of half the public limit is a small share. */
const MOST_REFUSED = 4500;

/** What keeps buyers and the application from coming in, though nothing is broken. */
export function doorAlarms({ api, functions }: AlarmSources): AlarmDesign[] {
  return [
    {
      id: 'CallsRefused',
      metric: new MathExpression({
        expression: `IF(refused >= ${MOST_REFUSED}, 100, IF(calls >= ${LEAST_CALLS}, 100 * refused / calls, 0))`,
        usingMetrics: { refused: api.metricClientErrors(), calls: api.metricCalls() },
        period: QUARTER,
      }),
      threshold: 50,
      says: 'Half of the calls of the API, or five a second, end in 4xx: somebody floods it, or the application calls it wrongly.',
    },
    {
      id: 'FunctionsThrottled',
      // Without a call, Lambda writes no number. An alarm may use ten metrics.
      metric: new MathExpression({
        expression: Object.keys(functions)
          .map((_, index) => `FILL(f${index}, 0)`)
          .join(' + '),
        usingMetrics: Object.fromEntries(
          Object.values(functions).map((fn, index) => [`f${index}`, fn.metricThrottles()]),
        ),
        period: QUARTER,
      }),
      periods: 2,
      says: 'Lambda has had too little concurrency for the functions for half an hour: buyers and usage are turned away, and billing is late.',
    },
  ];
}
