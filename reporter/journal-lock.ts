import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** What the operating system takes for the address of a socket. */
const MAX_SOCKET_PATH = 103;

/**
 * Keeps a journal for one reporter. Each reporter listens on a socket beside the journal, under a name that nobody had before.
 * A dead process does not answer, also in a container where everything has the process id 1, so nothing has to be cleaned up
 * by hand. Each listens first and looks for others then: of two that start at once, at least one sees the other.
 */
export class JournalLock {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Error when another reporter uses the journal, or no socket can be made beside it */
  static async take(journal: string): Promise<JournalLock> {
    const folder = dirname(resolve(journal));
    const prefix = `${basename(journal)}.lock-`;
    const mine = `${prefix}${randomBytes(4).toString('hex')}`;
    const lock = new JournalLock(await listen(socketPath(join(folder, mine))));
    try {
      for (const name of await readdir(folder)) {
        if (!name.startsWith(prefix) || name === mine) continue;
        if (await answers(socketPath(join(folder, name))))
          throw new Error(`Another reporter uses the journal ${journal}: give each process its own file.`);
        await rm(join(folder, name), { force: true });
      }
      return lock;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async release(): Promise<void> {
    await new Promise<void>((done) => this.#server.close(() => done()));
  }
}

function socketPath(path: string): string {
  const shorter = relative(process.cwd(), path);
  const short = shorter.length < path.length ? shorter : path;
  if (Buffer.byteLength(short) <= MAX_SOCKET_PATH) return short;
  throw new Error(
    `The path of the journal is too long for a lock beside it: ${MAX_SOCKET_PATH} bytes with its ending.`,
  );
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((listening, reject) => {
    server.once('error', (cause) => reject(new Error('The journal cannot be locked: use a local disk.', { cause })));
    server.listen(path, listening);
  });
  return server.unref();
}

async function answers(path: string): Promise<boolean> {
  return new Promise((resolved) => {
    const socket = connect(path);
    const end = (answer: boolean) => {
      socket.destroy();
      resolved(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', (error) => end(!('code' in error && ['ECONNREFUSED', 'ENOENT'].includes(String(error.code)))));
  });
}
