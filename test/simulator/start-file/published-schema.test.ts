import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { START_FILE_SCHEMA, startFileSchema } from '../../../schemas/write/start-file-schema';
import { EXAMPLE_START } from '../../../simulator/command-line/example-start';
import type { MarketplaceStart } from '../../../simulator/public-api';
import { startSchema, type StartInput } from '../../../simulator/start-file/start-schema';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
// `npm run types` fails when the documented type and the schema differ in a field, in a value or in what is optional.
true satisfies Same<MarketplaceStart, StartInput>;

describe('the published schema of the start file', () => {
  const published = readFileSync(START_FILE_SCHEMA, 'utf8');
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(published));

  it('is equal to the code (otherwise run `npm run schemas`)', async () => {
    expect(published).toBe(await startFileSchema());
  });

  it.each<[boolean, object]>([
    [true, EXAMPLE_START],
    [true, { ...EXAMPLE_START, $schema: './start-file.schema.json', clock: '2026-11-30T23:00:00Z', seed: 7 }],
    [false, { ...EXAMPLE_START, sed: 7 }],
    [false, { ...EXAMPLE_START, seed: 'x' }],
    [false, { ...EXAMPLE_START, buyers: [{ accountId: '12' }] }],
    [false, {}],
  ])('says %s, as the simulator does, to %j', (isRight, start) => {
    expect([validate(start), startSchema.safeParse(start).success]).toEqual([isRight, isRight]);
  });
});
