import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { toLicenseId } from '../../lambdas/shared/domain/identity';

const UUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const ID = 'l-0123456789abcdef0123456789abcdef';

describe('toLicenseId', () => {
  it.each([
    `arn:aws:license-manager::294406891311:license:${ID}`,
    `aws:license-manager::294406891311:license:${ID}`,
    `arn:aws:license-manager::294406891311:${ID}`,
    `arn:aws:license-manager::294406891311:license/${ID}`,
    `aws:license-manager:us-east-1:294406891311:license/${ID}`,
    ` ${ID}\n`,
    `arn:aws:license-manager::294406891311:license:${ID.toUpperCase().replace('L-', 'l-')}`,
  ])('finds the licence id in %s', (arn) => {
    expect(toLicenseId(arn)).toBe(ID);
  });

  it.each([
    '',
    'arn:aws:license-manager::294406891311:license',
    'arn:aws:license-manager::294406891311:license/',
    `arn:aws:license-manager::294406891311:license:${'x'.repeat(201)}`,
    'aws:license-manager::294406891311:license/lic-0123456789abcdef',
    'lic-0123456789abcdef',
    'arn:aws:license-manager::294406891311:license:a#b',
    'l-',
    `${ID}:x y`,
    `:l-${'0'.repeat(3000)}`,
  ])('finds no licence id in %j', (arn) => {
    expect(toLicenseId(arn)).toBeUndefined();
  });

  it.each([
    ['arn:aws:license-manager::294406891311:license/lic-0123456789ABCDEF', 'lic-0123456789ABCDEF'],
    ['arn:aws:license-manager::294406891311:license:lic-0123456789abcdef', 'lic-0123456789abcdef'],
    [`arn:aws:license-manager::294406891311:license:l-${UUID}`, `l-${UUID}`],
    ['arn:aws-us-gov:license-manager:us-gov-west-1:294406891311:license:x', 'x'],
    ['arn:aws:license-manager::294406891311:license:a/b', 'b'],
    [` arn:aws:license-manager::294406891311:license:${'x'.repeat(200)}\n`, 'x'.repeat(200)],
  ])('finds the licence id of another kind in %s', (arn, id) => {
    expect(toLicenseId(arn)).toBe(id);
  });

  it('gives every id that the first version gave, byte for byte, because subscriptions are minted from it', () => {
    // The first version.
    const first = (licenseArn: string) => /(?<=^|[:/])l-[0-9a-zA-Z]{1,200}$/.exec(licenseArn.trim())?.[0].toLowerCase();
    const id = fc.stringMatching(/^l-[0-9a-zA-Z]{1,40}$/);
    const before = fc.constantFrom(
      '',
      'arn:aws:license-manager::1:license:',
      'aws:license-manager::1:',
      ' arn:aws:x:/',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(before, id).map((parts) => parts.join('')),
          fc.string(),
        ),
        (arn) => {
          const expected = first(arn);
          return expected === undefined || toLicenseId(arn) === expected;
        },
      ),
      { numRuns: 500 },
    );
  });
});
