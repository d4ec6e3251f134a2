import { createServer } from 'node:net';
import * as z from 'zod';

const addressSchema = z.object({ port: z.number() });

/** A port of the loopback that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = addressSchema.parse(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
