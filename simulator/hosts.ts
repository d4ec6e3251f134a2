const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);
/** Bind every address of the machine. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

/** Whether only programs of this machine reach what is bound to the address. */
export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

/** The host by which a program of this machine reaches what is bound to the address. */
export function reachedAs(host: string): string {
  if (LOOPBACK.has(host) || WILDCARDS.has(host)) return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

/** A host name as the guard compares it: without a port, in lower case. */
export const comparedHost = (host: string): string => host.replace(/:\d{1,5}$/, '').toLowerCase();
