/** Whether a host, without its port, is this machine: nothing that is sent to it leaves the machine. */
export function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
