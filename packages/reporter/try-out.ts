import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { ROOT } from '../build/manifest';
import { run, seconds } from '../check/run';
import { tryOutPythonReporter } from './python';

const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
const HEADS = {
  'application.mjs': "import { UsageReporter } from 'aws-marketplace-usage-reporter';",
  'application.cjs': "const { UsageReporter } = require('aws-marketplace-usage-reporter');",
};
const requestSchema = z.array(z.object({ id: z.string() }));

/** A `POST /usage` that accepts everything and keeps the ids. */
interface AcceptingServer {
  server: Server;
  url: string;
  ids: Set<string>;
}

/**
 * Uses the packed reporter as a seller's application does, from both module formats, with credentials that the default chain
 * finds; and the example for Python against the same server.
 * @returns what was found, a line each.
 */
export async function tryOutReporter(tarball: string): Promise<string[]> {
  const home = await mkdtemp(join(tmpdir(), 'packages-'));
  const accepting = await startServer();
  try {
    const folder = join(home, 'application');
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{}');
    const took = await seconds(run(folder, 'npm', ...INSTALL, tarball));
    const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', USAGE_URL: accepting.url };
    for (const [file, head] of Object.entries(HEADS)) {
      await writeFile(join(folder, file), await programOf(head, file));
      await run({ folder, environment }, process.execPath, file);
      if (!accepting.ids.has(file)) throw new Error(`${file} ended, but its usage did not arrive.`);
    }
    return [`installs in ${took} s; import and require report usage`, ...(await tryOutPythonReporter(accepting))];
  } finally {
    accepting.server.close();
    await rm(home, { recursive: true });
  }
}

/** The program of the README, with an id to know it by. */
async function programOf(head: string, id: string): Promise<string> {
  const readme = await readFile(join(ROOT, 'packages/reporter/README.md'), 'utf8');
  const [, sample = ''] = /```ts\n([^]*?)```/.exec(readme) ?? [];
  const body = sample.replace(/^import .*$/m, '').replaceAll("'job-4711'", `'${id}'`);
  return `${head}\nconst subscriptionId = 's-1';\n(async () => {${body}})();\n`;
}

async function startServer(): Promise<AcceptingServer> {
  const ids = new Set<string>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const events = requestSchema.parse(JSON.parse(body));
      for (const { id } of events) ids.add(id);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ results: events.map(({ id }) => ({ id, status: 'accepted' })) }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { server, url: `http://127.0.0.1:${address.port}/usage`, ids };
}
