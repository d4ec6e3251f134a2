import { createServer } from 'node:net';
import * as z from 'zod';
import { PortTakenError } from './server';

const addressSchema = z.object({ port: z.number() });

/** A port of the loopback that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = addressSchema.parse(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @throws PortTakenError, before something that takes time needs the port */
export async function requireFree(wanted: number): Promise<void> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!free) throw new PortTakenError(wanted);
  await new Promise((resolve) => server.close(resolve));
}
