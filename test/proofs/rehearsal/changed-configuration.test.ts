import { describe, expect, it } from 'vitest';
import { parseSellerConfiguration } from '../../../lambdas/shared/contract/seller-configuration';
import { changedConfiguration, NEW_DIMENSION } from '../../../proofs/rehearsal/changed-configuration';
import { aConfiguration } from '../../lib/synthesized';

describe('the changed configuration', () => {
  it.each([5, 7, 8])(
    'is a valid configuration with one more dimension and another grace than %i minutes',
    (graceMinutes) => {
      const configuration = parseSellerConfiguration(aConfiguration({ usage: { graceMinutes } }));
      const changed = parseSellerConfiguration(changedConfiguration(configuration));
      const names = changed.products[0]?.dimensions.map(({ apiName }) => apiName);
      expect(names).toEqual(['requests', NEW_DIMENSION]);
      expect(changed.usage.graceMinutes).not.toBe(graceMinutes);
    },
  );
});
