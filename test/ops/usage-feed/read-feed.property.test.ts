import { describe, it } from 'vitest';
import fc from 'fast-check';
import { monthArgument } from '../../../ops/arguments';
import { OperatorError } from '../../../ops/errors';
import { readFeedText } from '../../../ops/usage-feed/read-feed';
import { HEADER } from './a-feed';

const columns = HEADER.split(',').length;
const odd = fc.constantFrom(
  ...[
    '',
    '1e400',
    '-0',
    '0x10',
    'NaN',
    '"',
    '""',
    '\u0000',
    '\u2028',
    '=1+1',
    '9'.repeat(400),
    '2026-13-41',
    '__proto__',
  ],
);
const cell = fc.oneof(
  odd,
  fc.string({ unit: 'binary' }),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const line = fc.array(cell, { minLength: columns, maxLength: columns }).map((cells) => cells.join(','));
const hostile = fc.oneof(
  fc.array(line, { maxLength: 4 }).map((lines) => [HEADER, ...lines].join('\n')),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.nat({ max: 120_000 }).map((length) => `${HEADER}\n"${'a'.repeat(length)}`),
);

describe('the reader of the daily usage feed', () => {
  it('reads whatever a file has, or refuses it with a message for the operator', async () => {
    const of = { month: monthArgument('2026-07'), nowMs: Date.parse('2026-08-20T00:00:00Z') };
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        await readFeedText('a file', text, of).catch((error: unknown) => {
          if (!(error instanceof OperatorError) || error.message.includes('cannot be read')) throw error;
        });
      }),
      { numRuns: 150 },
    );
  });
});
