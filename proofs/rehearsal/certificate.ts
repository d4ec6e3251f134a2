import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcesses, Environment } from './child-processes';
import { NotPossibleHereError } from './stages';

export interface Certificate {
  certificateFile: string;
  keyFile: string;
  pem: string;
}

/**
 * Creates a certificate for the rehearsal's addresses, valid for two days. The policies of the bootstrap bucket and of our
 * queues refuse requests without HTTPS.
 *
 * @throws NotPossibleHereError when openssl is missing
 */
export async function createCertificate(
  children: ChildProcesses,
  { folder, env }: { folder: string; env: Environment },
): Promise<Certificate> {
  const certificateFile = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const names = ['DNS:localhost', 'DNS:*.execute-api.localhost', 'IP:127.0.0.1'].join(',');
  try {
    await children.run({
      command: [
        'openssl',
        ...'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=rehearsal'.split(' '),
        '-addext',
        `subjectAltName=${names}`,
        '-addext',
        'basicConstraints=critical,CA:FALSE',
        '-keyout',
        keyFile,
        '-out',
        certificateFile,
      ],
      env,
    });
  } catch (cause) {
    throw new NotPossibleHereError(`Install openssl. ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
  return { certificateFile, keyFile, pem: readFileSync(certificateFile, 'utf8') };
}
