import { describe, expect, it } from 'vitest';
import { loopbackFetch } from '../../../proofs/rehearsal/loopback-fetch';

describe('a request of the rehearsal', () => {
  it.each(['https://example.com/', 'https://sts.amazonaws.com/', 'https://localhost.example.com/'])(
    'refuses to fetch %s, which is not on this machine',
    async (url) => {
      await expect(loopbackFetch('')(url)).rejects.toThrow('is not on this machine');
    },
  );
});
