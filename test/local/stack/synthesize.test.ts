import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../local/stack/synthesize';
import { EXAMPLE_CONFIGURATION } from '../../../proofs/example-configuration';

describe('the sources of a template', () => {
  it('are the code, the styles of its pages, the configuration and the logo that it names', () => {
    const sources = sourcesOf(EXAMPLE_CONFIGURATION);
    for (const source of ['lib', 'lambdas', 'web', EXAMPLE_CONFIGURATION, 'proofs/example-logo.svg']) {
      expect(sources).toContain(source);
    }
  });
});
