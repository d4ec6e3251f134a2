import { describe, expect, it } from 'vitest';
import { freePort } from '../../local/stack/free-port';
import { startStackWithMarketplace } from '../../local/stack-with-marketplace';

describe('the local stack with the AWS Marketplace simulator', () => {
  it('stops the simulator when the local stack does not start', async () => {
    const port = await freePort();
    const start = startStackWithMarketplace({
      products: [],
      marketplace: { port },
      stack: { assembly: 'no-such-folder' },
    });
    await expect(start).rejects.toThrow('There is no synthesized template in no-such-folder');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });
});
