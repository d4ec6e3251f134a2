import { CsvError, parse } from 'csv-parse/sync';
import * as z from 'zod';
import type { CustomerLicense } from '../../lambdas/shared/domain/moving';
import { toLicenseId } from '../../lambdas/shared/domain/identity';

/** One line of the mapping: the licence that replaces the customer identifier of an older product. */
export interface Mapping {
  /** The line in the file, counted from 1. */
  line: number;
  customerIdentifier: string;
  /** Required only when the customer bought several older products. */
  productCode?: string;
  license: CustomerLicense;
}

/** Every problem in a mapping file, by line. No line of such a file is used. */
export class MappingFileError extends Error {
  override readonly name = 'MappingFileError';

  constructor(readonly problems: readonly { line: number; problem: string }[]) {
    super(problems.map(({ line, problem }) => `line ${line}: ${problem}`).join('\n'));
  }
}

const COLUMNS = ['customerIdentifier', 'customerAWSAccountId', 'licenseArn'] as const;
const OPTIONAL_COLUMN = 'productCode';

const row = z.object({
  customerIdentifier: z.string().min(1, 'customerIdentifier is empty'),
  customerAWSAccountId: z
    .string()
    .regex(/^\d{12}$/, 'customerAWSAccountId must have twelve digits (spreadsheets drop leading zeros)'),
  licenseArn: z
    .string()
    .refine(
      (arn) => arn.startsWith('arn:') && toLicenseId(arn) !== undefined,
      'licenseArn must be an ARN that ends in l-…',
    ),
  productCode: z
    .string()
    .transform((text) => text || undefined)
    .optional(),
});

const csvRows = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.record(z.string(), z.string()) }));

/**
 * Reads a mapping: CSV with a header line and columns in any order.
 * @throws MappingFileError with every problem. A customer or licence that appears twice is a problem too, because nothing
 * says which of the two lines is wrong.
 */
export function parseMappingFile(text: string): Mapping[] {
  const problems: { line: number; problem: string }[] = [];
  const mappings: Mapping[] = [];
  for (const { info, record } of readRows(text)) {
    const parsed = row.safeParse(record);
    if (!parsed.success) {
      problems.push(...parsed.error.issues.map(({ message }) => ({ line: info.lines, problem: message })));
      continue;
    }
    const { customerIdentifier, productCode, customerAWSAccountId, licenseArn } = parsed.data;
    const license = { customerAWSAccountId, licenseArn, licenseId: toLicenseId(licenseArn) ?? '' };
    mappings.push({ line: info.lines, customerIdentifier, productCode, license });
  }
  // A line without a product stands for all products of its customer.
  const whole = new Set(mappings.filter(({ productCode }) => !productCode).map((each) => each.customerIdentifier));
  problems.push(
    ...repeated(mappings, 'customer', ({ customerIdentifier, productCode = '' }) =>
      whole.has(customerIdentifier) ? customerIdentifier : `${customerIdentifier} ${productCode}`,
    ),
    ...repeated(mappings, 'licence', ({ license }) => license.licenseId),
  );
  if (problems.length > 0) throw new MappingFileError(problems.sort((a, b) => a.line - b.line));
  return mappings;
}

function readRows(text: string): z.infer<typeof csvRows> {
  try {
    const rows = csvRows.parse(
      parse(text, { bom: true, columns: requireColumns, info: true, skip_empty_lines: true, trim: true }),
    );
    if (rows.length === 0) throw new MappingFileError([{ line: 1, problem: 'the file contains no customers' }]);
    return rows;
  } catch (error) {
    if (error instanceof CsvError)
      throw new MappingFileError([{ line: Number(error.lines ?? 1), problem: error.message }]);
    throw error;
  }
}

function requireColumns(names: string[]): string[] {
  const missing = COLUMNS.filter((name) => !names.includes(name));
  const unknown = names.filter((name) => name !== OPTIONAL_COLUMN && !COLUMNS.some((column) => column === name));
  if (missing.length + unknown.length === 0) return names;
  const problem = [
    ...(missing.length > 0 ? [`the column ${missing.join(', ')} is missing`] : []),
    ...(unknown.length > 0 ? [`the column ${unknown.join(', ')} is unknown`] : []),
    `the columns are ${COLUMNS.join(',')} and, if needed, ${OPTIONAL_COLUMN}`,
  ].join('; ');
  throw new MappingFileError([{ line: 1, problem }]);
}

function repeated(mappings: readonly Mapping[], what: string, keyOf: (mapping: Mapping) => string) {
  return [...Map.groupBy(mappings, keyOf).values()].flatMap(([first, ...others]) =>
    others.map(({ line }) => ({ line, problem: `the same ${what} as on line ${first?.line}` })),
  );
}
