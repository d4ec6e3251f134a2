import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from './certificate';
import type { ChildProcesses, Environment } from './child-processes';
import { loopbackFetch } from './loopback-fetch';

export const ACCOUNT = '123456789012';

/** The account's root user, so to speak: who deploys, and who looks into tables afterwards. */
export const CREDENTIALS = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'rehearsal-secret' };

export interface MinistackOptions {
  python: string;
  certificate: Certificate;
  /** AWS Marketplace, as the deployed functions find it. */
  marketplaceEndpoint: string;
  folder: string;
  logFile: string;
  env: Environment;
}

const READY_WITHIN_MS = 30_000;

/**
 * Starts ministack on a free loopback port, with signatures verified and IAM policies enforced (`AUTH`).
 *
 * Its functions are child processes that inherit its environment. That is how they find AWS Marketplace: neither the
 * template nor the code knows of a rehearsal.
 *
 * @returns its address.
 */
export async function startMinistack(children: ChildProcesses, options: MinistackOptions): Promise<string> {
  const { python, certificate, marketplaceEndpoint, folder, logFile } = options;
  const { certificateFile, keyFile, pem } = certificate;
  const port = await freePort();
  const server = children.start(
    {
      // Not its own command: with HTTPS that takes port 443 as well.
      command: [
        ...([python, '-m', 'hypercorn', 'ministack_app:app', '--bind', `127.0.0.1:${port}`] as const),
        ...['--certfile', certificateFile, '--keyfile', keyFile, '--keep-alive', '75'],
      ],
      env: {
        ...options.env,
        PYTHONPATH: import.meta.dirname,
        PYTHONDONTWRITEBYTECODE: '1',
        GATEWAY_PORT: String(port),
        MINISTACK_HOST: 'localhost',
        MINISTACK_ACCOUNT_ID: ACCOUNT,
        AUTH: 'true',
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        USE_SSL: '1',
        MINISTACK_SSL_CERT: certificateFile,
        MINISTACK_SSL_KEY: keyFile,
        S3_DATA_DIR: `${folder}/s3`,
        STATE_DIR: `${folder}/state`,
        // It would look for containers of earlier runs to remove.
        DOCKER_HOST: `unix://${folder}/no-docker`,
        AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplaceEndpoint,
        AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: marketplaceEndpoint,
      },
    },
    logFile,
  );
  const endpoint = `https://localhost:${port}`;
  for (const untilMs = Date.now() + READY_WITHIN_MS; Date.now() < untilMs; await sleep(200)) {
    if (server.exitCode !== null) break;
    const health = loopbackFetch(pem)(`${endpoint}/_ministack/health`);
    if (await health.then(({ ok }) => ok).catch(() => false)) return endpoint;
  }
  throw new Error(`ministack did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}
