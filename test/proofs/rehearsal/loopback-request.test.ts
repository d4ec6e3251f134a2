import { describe, expect, it } from '@jest/globals';
import { loopbackRequest } from '../../../proofs/rehearsal/loopback-request';

describe('a request of the rehearsal', () => {
  it.each(['https://example.com/', 'https://sts.amazonaws.com/', 'https://localhost.example.com/'])(
    'refuses to leave the machine for %s',
    async (url) => {
      await expect(loopbackRequest(url, { pem: '' })).rejects.toThrow('is not on this machine');
    },
  );
});
