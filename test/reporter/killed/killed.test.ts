import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'killed-'));
/** id → the quantities that arrived under it. */
const arrived = new Map<string, Set<string>>();
const wishes: { count: number; met(): void }[] = [];
let requests = 0;

/** Stores every second request and answers every fourth, as a bad day does. */
const server = createServer((request, response) => {
  void text(request).then((body) => {
    requests += 1;
    const events: { id: string; quantity: string }[] = JSON.parse(body);
    if (requests % 2 === 0)
      for (const { id, quantity } of events) arrived.set(id, (arrived.get(id) ?? new Set()).add(quantity));
    for (const { count, met } of wishes) if (arrived.size >= count) met();
    if (requests % 4 !== 0) response.writeHead(503).end();
    else response.end(JSON.stringify({ results: events.map(({ id }) => ({ id, status: 'accepted' })) }));
  });
});
beforeAll(async () => void (await once(server.listen(0, '127.0.0.1'), 'listening')));
afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

function start(work: 'report' | 'send'): { child: ChildProcess; exited: Promise<string> } {
  const { port } = server.address() as AddressInfo;
  const program = join(import.meta.dirname, 'application.ts');
  const url = `http://127.0.0.1:${port}/usage`;
  const args = ['--import', 'tsx', program, url, join(folder, 'usage.journal'), work];
  const file = join(folder, 'said');
  const said = openSync(file, 'w');
  const child = spawn(process.execPath, args, { stdio: ['ignore', said, 'inherit'] });
  closeSync(said);
  const exited = once(child, 'exit').then(() => readFileSync(file, 'utf8'));
  return { child, exited };
}

it('loses no event of an application that is killed twice, and none gets a second id', async () => {
  const reported = new Map<string, string>();
  for (const count of [100, 300]) {
    const { child, exited } = start('report');
    await Promise.race([new Promise<void>((met) => wishes.push({ count, met })), exited]);
    child.kill('SIGKILL');
    for (const line of (await exited).trim().split('\n')) {
      const [id = '', quantity = ''] = line.split(' ');
      reported.set(id, quantity);
    }
  }
  expect(await start('send').exited).toBe('0 left\n');
  expect(reported.size).toBeGreaterThan(300);
  const wrong = [...reported].filter(([id, quantity]) => [...(arrived.get(id) ?? [])].join() !== quantity);
  expect(wrong).toEqual([]);
  // The last report of each killed process may have been on its way to its caller.
  expect(arrived.size - reported.size).toBeLessThanOrEqual(2);
});
