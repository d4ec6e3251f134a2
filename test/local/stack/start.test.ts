import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('npm start', () => {
  it('says in two lines that a port is taken and how to choose another, and exits with 1', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    const { code, output } = await run(['--port', String(port)]).finally(() => other.close());
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      `Port ${port} on 127.0.0.1 is taken by another program.`,
      expect.stringContaining('--port'),
    ]);
  });
});

async function run(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(join('node_modules', '.bin', 'tsx'), ['local/start.ts', ...args], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}
