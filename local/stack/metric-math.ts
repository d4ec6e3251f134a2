/** Reads an expression of CloudWatch's metric math for one period. Undefined: there is no data. */
export type Expression = (values: Readonly<Record<string, number | undefined>>) => number | undefined;

const TOKEN = /\s*(>=|<=|==|!=|[-+*/()<>,]|\d+(?:\.\d+)?|[A-Za-z]\w*)/y;

/** By strength, the weakest first. A comparison is 1 or 0, as in CloudWatch. */
const OPERATORS: Record<string, (left: number, right: number) => number>[] = [
  {
    '>=': (left, right) => Number(left >= right),
    '<=': (left, right) => Number(left <= right),
    '>': (left, right) => Number(left > right),
    '<': (left, right) => Number(left < right),
  },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  { '*': (left, right) => left * right, '/': (left, right) => left / right },
];

/** The functions that the template uses, of their arguments. */
const FUNCTIONS: Record<string, (args: (number | undefined)[]) => number | undefined> = {
  IF: ([condition, yes, no]) => (condition === undefined ? undefined : condition === 0 ? no : yes),
  FILL: ([value, instead]) => value ?? instead,
};

/**
 * Arithmetic, comparisons, `IF` and `FILL` over metrics by id.
 * @throws Error for anything else
 */
export function parseMetricMath(text: string): Expression {
  const tokens = tokensOf(text);
  const fail = (): never => {
    throw new Error(`The local stack cannot evaluate the metric math "${text}". Add what it lacks to metric-math.ts.`);
  };
  const take = (expected?: string): string => {
    const token = tokens.shift();
    return token === undefined || (expected !== undefined && token !== expected) ? fail() : token;
  };

  function binary(level: number): Expression {
    const operators = OPERATORS[level];
    if (operators === undefined) return operand();
    let left = binary(level + 1);
    for (let operate = operators[tokens[0] ?? '']; operate !== undefined; operate = operators[tokens[0] ?? '']) {
      take();
      left = combined(operate, left, binary(level + 1));
    }
    return left;
  }

  function operand(): Expression {
    const token = take();
    if (token === '(') {
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (/^[a-z]/.test(token)) return (values) => values[token];
    const apply = FUNCTIONS[token] ?? fail();
    take('(');
    const args = [binary(0)];
    while (tokens[0] === ',') {
      take();
      args.push(binary(0));
    }
    take(')');
    return (values) => apply(args.map((argument) => argument(values)));
  }

  const expression = binary(0);
  if (tokens.length > 0) fail();
  return expression;
}

function combined(operate: (left: number, right: number) => number, left: Expression, right: Expression): Expression {
  return (values) => {
    const [a, b] = [left(values), right(values)];
    if (a === undefined || b === undefined) return undefined;
    const result = operate(a, b);
    // CloudWatch has no data point for a division by zero.
    return Number.isFinite(result) ? result : undefined;
  };
}

/** What is no token ends the list, and is then missing. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1] ?? '');
    if (TOKEN.lastIndex === text.trimEnd().length) return tokens;
  }
  return [...tokens, text.slice(TOKEN.lastIndex)];
}
