import { describe, expect, it } from '@jest/globals';
import { toLicenseId } from '../../lambdas/shared/domain/identity';

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
    'arn:aws:s3:::al-123',
    'l-',
    `${ID}:x y`,
    `:l-${'0'.repeat(3000)}`,
  ])('finds no licence id in %j', (arn) => {
    expect(toLicenseId(arn)).toBeUndefined();
  });
});
