import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface WireRequest {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A service of AWS on the loopback that answers each request with `answer`. */
export async function aWire(answer: (request: WireRequest) => { status?: number; body: unknown }) {
  const requests: WireRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const received = { headers: request.headers, body };
      requests.push(received);
      const { status = 200, body: answered } = answer(received);
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    maxAttempts: 1,
  };
  const client = new MarketplaceMeteringClient(config);
  return {
    client,
    /** For a client of another service. */
    config,
    requests,
    close: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
