import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startMarketplace } from '../../simulator';

it('closes the connections of clients who have asked nothing, and its port, when it stops', async () => {
  const { endpoint, stop } = await startMarketplace();
  const port = Number(new URL(endpoint).port);
  const client = connect({ host: '127.0.0.1', port });
  await once(client, 'connect');
  const closed = once(client, 'close');
  await stop();
  await closed;

  await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
});
