import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const FLOOD_SECONDS = 30;
/** The firewall's limit for an address in five minutes, by lib/front-door.ts. A flood here is shorter. */
const FIREWALL_CALLS = 300;

// On the simulated clock, so that the figures do not depend on the machine.
const running = useFlow({ throttles: true });

interface Flood {
  /** Calls a second of all addresses together. */
  perSecond: number;
  addresses?: number;
  firewall?: boolean;
}

/** Posts a token that nobody issued, as somebody who invents them does. @returns the status */
async function post(token: string): Promise<number> {
  const body = new URLSearchParams({ 'x-amzn-marketplace-token': token });
  const answer = await fetch(`${running.stack.url}/register`, { method: 'POST', body, redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

/** Half a minute in which one buyer a second arrives beside the flood. @returns a row of the table in docs/security.md */
async function floodOf({ perSecond, addresses = 1, firewall = false }: Flood): Promise<string> {
  // All limits are full again, and what the last flood did is forgotten.
  running.clock.advance(5 * MINUTE_MS);
  const floods = Array.from({ length: FLOOD_SECONDS * perSecond }, (_, n) => ({
    atMs: (n * SECOND_MS) / perSecond,
    from: n % addresses,
  }));
  // At another moment of every second.
  const buyers = Array.from({ length: FLOOD_SECONDS }, (_, n) => ({
    atMs: n * SECOND_MS + ((n * 389) % SECOND_MS),
    from: undefined,
  }));
  const passed = new Map<number, number>();
  let [nowMs, resolved, turnedAway] = [0, 0, 0];
  for (const { atMs, from } of [...floods, ...buyers].sort((a, b) => a.atMs - b.atMs)) {
    running.clock.advance(Math.floor(atMs) - nowMs);
    nowMs = Math.floor(atMs);
    if (from !== undefined) {
      const calls = (passed.get(from) ?? 0) + 1;
      passed.set(from, calls);
      if (firewall && calls > FIREWALL_CALLS) continue;
    }
    const status = await post(`invented-by-somebody-${nowMs}`);
    if (from === undefined) turnedAway += Number(status === 429);
    else resolved += Number(status !== 429);
  }
  const cells = [perSecond, addresses, firewall ? 'yes' : 'no', resolved, turnedAway];
  return `| ${cells.join(' | ')} |`;
}

/** The table of docs/security.md, without the spaces that align it. */
const written = readFileSync('docs/security.md', 'utf8')
  .split('\n')
  .map((line) => line.replaceAll(/ {2,}/g, ' '));

describe('one sender', () => {
  it.each<[what: string, flood: Flood]>([
    ['at the limit', { perSecond: 10 }],
    ['twice the limit', { perSecond: 20 }],
    ['ten times the limit', { perSecond: 100 }],
    ['ten times the limit, with the firewall', { perSecond: 100, firewall: true }],
    ['ten times the limit from twenty addresses, with the firewall', { perSecond: 100, addresses: 20, firewall: true }],
  ])('%s turns away as many buyers as docs/security.md says', async (_what, flood) => {
    expect(written).toContain(await floodOf(flood));
  });

  it('without a signature can use up the limit of the signed routes', async () => {
    running.clock.advance(MINUTE_MS);
    const statuses: number[] = [];
    for (let sent = 0; sent < 2100; sent += 100) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, async () => fetch(`${running.stack.url}/usage`, { method: 'POST' })),
      );
      statuses.push(...answers.map(({ status }) => status));
    }
    expect(statuses.filter((status) => status === 403)).toHaveLength(2000);
    expect(statuses.filter((status) => status === 429)).toHaveLength(100);
    running.clock.advance(SECOND_MS);
    expect((await fetch(`${running.stack.url}/usage`, { method: 'POST' })).status).toBe(403);
  });
});
