import { describe, expect, it } from '@jest/globals';
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
  it('is read whatever made it: a byte order mark, CRLF, blanks, quotes, empty lines, other order of columns', () => {
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

  it('may name the product, where it is needed', () => {
    const text = `${HEADER},productCode\nc-1,000011112222,${ARN},older\nc-2,000011112223,${OTHER_ARN},`;
    expect(parseMappingFile(text).map(({ productCode }) => productCode)).toEqual(['older', undefined]);
  });

  it('is refused as a whole, with every problem by its line', () => {
    const text = file(`c-1,11112222,${ARN}`, ',000011112222,l-1', `c-3,000011112223,${OTHER_ARN}`);
    expect(problemsOf(text)).toEqual([
      { line: 2, problem: 'customerAWSAccountId has twelve digits (spreadsheets drop leading zeros)' },
      { line: 3, problem: 'customerIdentifier is empty' },
      { line: 3, problem: 'licenseArn is no ARN that ends in l-…' },
    ]);
  });

  it('is refused when a customer or a licence is in it twice, in whatever shape of the ARN', () => {
    const shape = ARN.replace('license:l-', 'license/l-');
    const text = file(`c-1,000011112222,${ARN}`, `c-1,000011112223,${OTHER_ARN}`, `c-2,000011112224,${shape}`);
    expect(problemsOf(text)).toEqual([
      { line: 3, problem: 'the same customer as in line 2' },
      { line: 4, problem: 'the same licence as in line 2' },
    ]);
  });

  it.each([
    ['customerIdentifier,licenseArn\nc-1,x', 'the column customerAWSAccountId is missing'],
    [`${HEADER},mail\n`, 'the column mail is not known'],
    [file(), 'there is no customer in the file'],
    ['', 'there is no customer in the file'],
    [file('c-1,000011112222'), 'Invalid Record Length'],
  ])('is refused: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([{ line: expect.any(Number), problem: expect.stringContaining(problem) }]);
  });
});
