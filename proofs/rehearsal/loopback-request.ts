import { request } from 'node:https';

export interface LoopbackRequest {
  /** The certificate to trust. */
  pem: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface LoopbackResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/**
 * An HTTPS request to `localhost` or a name below it. `fetch` will not do: many machines' resolvers do not know
 * `<api>.execute-api.localhost`, although every name under `localhost` is the loopback (RFC 6761), and it takes no
 * certificate of one's own.
 */
export function loopbackRequest(url: string, { pem, method = 'GET', headers, body }: LoopbackRequest) {
  const { hostname } = new URL(url);
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) {
    return Promise.reject(new Error(`${hostname} is not on this machine: a rehearsal asks nobody else.`));
  }
  return new Promise<LoopbackResponse>((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        headers,
        ca: pem,
        lookup: (_name, { all }, found) =>
          all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}
