import { connect } from 'node:tls';
import type { Entrance, PageAnswer } from '../checks/entrance';

const TIMEOUT_MS = 15_000;

/** Asks as a browser does. It changes nothing: a form without a token is refused before AWS is asked. */
export async function readEntrance(url: string): Promise<Entrance> {
  const ask = async (init: RequestInit): Promise<PageAnswer> => {
    const answer = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type')?.split(';')[0] ?? '' };
  };
  try {
    const post = { method: 'POST', body: new URLSearchParams() };
    return { url, get: await ask({ method: 'GET' }), post: await ask(post) };
  } catch (error) {
    // `fetch` keeps the reason, such as a name that does not resolve or a certificate that is not valid, in the cause.
    if (error instanceof Error && error.cause instanceof Error) throw new Error(error.cause.message, { cause: error });
    throw error;
  }
}

/** When the certificate of an address ends, in epoch milliseconds. */
export function readCertificate(url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, servername: hostname, port: Number(port) || 443, timeout: TIMEOUT_MS });
    socket.once('secureConnect', () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.end();
    });
    socket.once('timeout', () => socket.destroy(new Error(`${hostname} did not answer.`)));
    socket.once('error', reject);
  });
}
