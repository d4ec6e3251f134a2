import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openClosedDoor, type ClosedDoor } from '../../../proofs/rehearsal/closed-door';

let door: ClosedDoor | undefined;

afterEach(async () => door?.close());

function through({ url }: ClosedDoor, method: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, path, agent: false }, ({ statusCode }) => resolve(statusCode));
    outgoing.on('connect', ({ statusCode }) => resolve(statusCode)).on('error', reject);
    outgoing.end();
  });
}

describe('the closed door', () => {
  it('refuses every connection and remembers its host', async () => {
    door = await openClosedDoor();
    expect(await through(door, 'CONNECT', 'sts.example:443')).toBe(403);
    expect(await through(door, 'GET', 'http://metadata.example/')).toBe(403);
    expect(door.attempts).toEqual(['sts.example:443', 'http://metadata.example/']);
  });
});
