import { describe, expect, it } from 'vitest';
import { MappingFileError, parseMappingFile } from '../../../ops/moving/mapping-file';

const HEADER = 'customerIdentifier,customerAWSAccountId,licenseArn';
const ARN = 'arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef';
const OTHER_ARN = ARN.replace('l-0', 'l-f');
const file = (...lines: string[]) => [HEADER, ...lines].join('\n');

function problemsOf(text: string): readonly { line: number; problem: string }[] {
  try {
    parseMappingFile(text);
  } catch (error) {
    if (error instanceof MappingFileError) return error.problems;
    throw error;
  }
  throw new Error('The file was read.');
}

describe('A mapping file', () => {
  it('reads a mapping file with a byte order mark, CRLF, spaces, quotes, empty lines or another column order', () => {
    const text = `\uFEFFlicenseArn,customerIdentifier,customerAWSAccountId\r\n\r\n"${ARN}", c-1 ,000011112222\r\n`;
    expect(parseMappingFile(text)).toEqual([
      {
        line: 3,
        customerIdentifier: 'c-1',
        productCode: undefined,
        license: {
          customerAWSAccountId: '000011112222',
          licenseArn: ARN,
          licenseId: 'l-0123456789abcdef0123456789abcdef',
        },
      },
    ]);
  });

  it('reads an optional product from a mapping file', () => {
    const text = `${HEADER},productCode\nc-1,000011112222,${ARN},older\nc-2,000011112223,${OTHER_ARN},`;
    expect(parseMappingFile(text).map(({ productCode }) => productCode)).toEqual(['older', undefined]);
  });

  it('refuses a whole mapping file and lists every problem by line', () => {
    const text = file(`c-1,11112222333,${ARN}`, ',000011112222,l-1', `c-3,000011112223,${OTHER_ARN}`);
    expect(problemsOf(text)).toEqual([
      { line: 2, problem: 'customerAWSAccountId must have twelve digits (spreadsheets drop leading zeros)' },
      { line: 3, problem: 'customerIdentifier is empty' },
      { line: 3, problem: 'licenseArn must be an ARN that ends in l-…' },
    ]);
  });

  it('refuses a mapping file that repeats a customer or a licence, in any form of the ARN', () => {
    const shape = ARN.replace('license:l-', 'license/l-');
    const text = file(`c-1,000011112222,${ARN}`, `c-1,000011112223,${OTHER_ARN}`, `c-2,000011112224,${shape}`);
    expect(problemsOf(text)).toEqual([
      { line: 3, problem: 'the same customer as on line 2' },
      { line: 4, problem: 'the same licence as on line 2' },
    ]);
  });

  it('takes a customer twice for whom one of the lines names no product', () => {
    const lines = [`c-1,000011112222,${ARN},`, `c-1,000011112222,${OTHER_ARN},older`];
    const problem = 'the same customer as on line 2';
    expect(problemsOf([`${HEADER},productCode`, ...lines].join('\n'))).toEqual([{ line: 3, problem }]);
    expect(problemsOf([`${HEADER},productCode`, ...lines.toReversed()].join('\n'))).toEqual([{ line: 3, problem }]);
  });

  it.each([
    ['customerIdentifier,licenseArn\nc-1,x', 'the column customerAWSAccountId is missing'],
    [`${HEADER},mail\n`, 'the column mail is unknown'],
    [file(), 'the file contains no customers'],
    ['', 'the file contains no customers'],
    [file('c-1,000011112222'), 'Invalid Record Length'],
  ])('refuses the mapping file %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([{ line: expect.any(Number), problem: expect.stringContaining(problem) }]);
  });
});
