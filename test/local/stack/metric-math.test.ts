import { describe, expect, it } from 'vitest';
import { parseMetricMath } from '../../../local/stack/metric-math';

describe('metric math of the local stack', () => {
  it.each<[expression: string, values: Record<string, number>, result: number | undefined]>([
    ['a + b * 2', { a: 1, b: 3 }, 7],
    ['(a + b) * 2', { a: 1, b: 3 }, 8],
    ['a - b - 1', { a: 5, b: 3 }, 1],
    ['12 / a / 2', { a: 3 }, 2],
    ['a >= 2', { a: 2 }, 1],
    ['a > 2', { a: 2 }, 0],
    ['IF(a >= 100, 100 * b / a, 0)', { a: 200, b: 50 }, 25],
    ['IF(a >= 100, 100 * b / a, 0)', { a: 99, b: 99 }, 0],
    ['FILL(a, 0) + FILL(b, 0)', { b: 2 }, 2],
    ['a + b', { b: 2 }, undefined],
    ['IF(a, 1, 0)', {}, undefined],
    ['a / b', { a: 1, b: 0 }, undefined],
    ['0.5', {}, 0.5],
  ])('%s of %j is %s', (expression, values, result) => {
    expect(parseMetricMath(expression)(values)).toBe(result);
  });

  it.each(['a +', 'a b', 'SEARCH(a)', '(a', 'IF a', 'a & b', ''])(
    'refuses "%s", which it does not know',
    (expression) => {
      expect(() => parseMetricMath(expression)).toThrow('cannot evaluate the metric math');
    },
  );
});
