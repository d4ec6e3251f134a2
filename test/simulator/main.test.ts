import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { startMarketplace } from '../../simulator';

/** The seller's own may sell anything. */
const CONFIG = 'proofs/example.config.json';

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the command, passes the printed endpoint to `whenReady`, and then stops the command as Ctrl-C does. */
async function run(parameters: string[], whenReady?: (endpoint: string) => Promise<void>): Promise<Run> {
  const child = spawn('node', ['--import', 'tsx', 'simulator/main.ts', ...parameters]);
  const result: Run = { code: null, out: '', err: '' };
  let asked = false;
  child.stdout.on('data', (chunk) => {
    result.out += String(chunk);
    const endpoint = /METERING=(\S+)/.exec(result.out)?.[1];
    if (asked || !endpoint || !result.out.includes('Ctrl-C')) return;
    asked = true;
    void Promise.resolve(whenReady?.(endpoint)).finally(() => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk) => (result.err += String(chunk)));
  result.code = await new Promise((resolve) => child.once('close', resolve));
  return result;
}

it('prints the environment variables for an SDK, answers requests, and stops cleanly', async () => {
  let now: unknown;
  const { code, out, err } = await run(
    ['--port', '0', '--config', CONFIG, '--clock', '2030-01-01T00:00:00Z'],
    async (endpoint) => {
      now = await (await fetch(`${endpoint}/_marketplace/clock`)).json();
    },
  );

  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_METERING=http:\/\/localhost:\d+$/m);
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE=http:\/\/localhost:\d+$/m);
  expect(out).toMatch(/^export AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT=http:\/\/localhost:\d+$/m);
  expect(out).toContain('examplesaas0productcode00');
  expect(out).toContain('Stopped.');
  // Piped output has no colours.
  expect(out).not.toContain('\u001B[');
  expect(now).toEqual({ now: expect.stringMatching(/^2030-01-01T00:/) });
});

it('fails with one sentence when the port is in use', async () => {
  const other = await startMarketplace();
  const { port } = new URL(other.endpoint);
  const { code, err } = await run(['--port', port, '--config', CONFIG]);
  await other.stop();

  expect({ code, err }).toEqual({
    code: 1,
    err: `Port ${port} is in use. Choose another with --port.\n`,
  });
});
