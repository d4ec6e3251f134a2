import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/stack/free-port';
import type { Certificate } from './certificate';
import type { ChildProcesses, Environment } from './child-processes';
import { loopbackFetch } from './loopback-fetch';

export const ACCOUNT = '123456789012';

/** The account's owner, who deploys and reads the tables afterwards. */
export const CREDENTIALS = { accessKeyId: 'AKIAREHEARSAL0000000', secretAccessKey: 'rehearsal-secret' };

export interface MinistackOptions {
  python: string;
  certificate: Certificate;
  /** Where the deployed functions find AWS Marketplace. */
  marketplaceEndpoint: string;
  folder: string;
  logFile: string;
  env: Environment;
}

const READY_WITHIN_MS = 30_000;

/**
 * Starts ministack on a free loopback port. With `AUTH` it verifies signatures and enforces IAM policies.
 *
 * Its functions are child processes that inherit its environment, and with it the address of AWS Marketplace. Neither the
 * template nor the code contains anything for a rehearsal.
 *
 * @returns its address
 */
export async function startMinistack(children: ChildProcesses, options: MinistackOptions): Promise<string> {
  const { python, certificate, marketplaceEndpoint, folder, logFile } = options;
  const { certificateFile, keyFile, pem } = certificate;
  const port = await freePort();
  const server = children.start(
    {
      // Its own command would also take port 443.
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
        // Keeps it from removing containers of earlier runs.
        DOCKER_HOST: `unix://${folder}/no-docker`,
        AWS_ENDPOINT_URL_MARKETPLACE_METERING: marketplaceEndpoint,
        AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: marketplaceEndpoint,
        AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: marketplaceEndpoint,
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
  throw new Error(`ministack did not start. The end of its log:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
}
