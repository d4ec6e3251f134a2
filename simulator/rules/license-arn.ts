import { hexDigits, uuid, type Random } from './random';

/** Every shape matches the pattern of the model, which promises no more than that. `hex` is the one that AWS documents. */
export const LICENSE_ARN_SHAPES = ['hex', 'uuid', 'lic', 'slash'] as const;
export type LicenseArnShape = (typeof LICENSE_ARN_SHAPES)[number];

const RESOURCES: Record<LicenseArnShape, (random: Random) => string> = {
  hex: (random) => `license:l-${hexDigits(random, 32)}`,
  uuid: (random) => `license:l-${uuid(random)}`,
  lic: (random) => `license:lic-${hexDigits(random, 32)}`,
  slash: (random) => `license/lic-${hexDigits(random, 32)}`,
};

export function newLicenseArn(random: Random, shape: LicenseArnShape = 'hex'): string {
  return `arn:aws:license-manager::294406891311:${RESOURCES[shape](random)}`;
}
