import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Fetch } from '../actors/buyer';

/**
 * Fetches over HTTPS from `localhost` or a name below it, trusting one certificate. The global `fetch` cannot: many
 * resolvers do not know `<api>.execute-api.localhost`, although every name under `localhost` is the loopback (RFC 6761),
 * and it takes no certificate.
 */
export function loopbackFetch(pem: string): Fetch {
  return async (url, { method = 'GET', headers, body } = {}) => {
    const { hostname } = new URL(url);
    if (hostname !== 'localhost' && !hostname.endsWith('.localhost'))
      throw new Error(`${hostname} is not on this machine, and the rehearsal contacts no other.`);
    return new Promise<Response>((resolve, reject) => {
      const outgoing = request(url, { method, headers, ca: pem, lookup: toLoopback }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        incoming.on('end', () => {
          const answered = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          // A status such as 204 allows no body, not even an empty one.
          const content = chunks.length > 0 ? Buffer.concat(chunks) : null;
          resolve(new Response(content, { status: incoming.statusCode, headers: answered }));
        });
      });
      outgoing.on('error', reject).end(body);
    });
  };
}

const toLoopback: LookupFunction = (_name, { all }, found) =>
  all === true ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
