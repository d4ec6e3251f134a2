import { createServer } from 'node:http';

export interface ClosedDoor {
  url: string;
  /** The hosts that callers tried to reach. */
  readonly attempts: readonly string[];
  close(): Promise<void>;
}

/** An HTTP proxy that refuses every request and remembers its host: a rehearsal must not touch anything real. */
export async function openClosedDoor(): Promise<ClosedDoor> {
  const attempts: string[] = [];
  const server = createServer((request, response) => {
    attempts.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    attempts.push(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The closed door has no address.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    attempts,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
