import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ClientPackage } from './client-package';
import { ServiceModel } from './service-model';

const run = promisify(execFile);
const PATIENCE_MS = 120_000;

/** Gets AWS's newest models and clients with the person's own pip and npm, from the registries they are set up with. */
export class Newest {
  constructor(private readonly folder: string) {}

  /** @throws Error when python3 or pip is missing, or the package index cannot be reached. */
  async botocore(): Promise<Botocore> {
    const download = ['-m', 'pip', 'download', '--no-deps', '--quiet', '--disable-pip-version-check'];
    await this.#run('python3', [...download, '--only-binary', ':all:', '--dest', this.folder, 'botocore']);
    const wheel = readdirSync(this.folder).find((name) => name.startsWith('botocore-') && name.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel of botocore.');
    const content = join(this.folder, 'botocore');
    await this.#run('python3', ['-m', 'zipfile', '-e', join(this.folder, wheel), content]);
    const list = await this.#run('python3', ['-m', 'zipfile', '-l', join(this.folder, wheel)]);
    const date = /METADATA +(\d{4}-\d{2}-\d{2})/.exec(list)?.[1];
    if (date === undefined) throw new Error(`${wheel} does not say of which day it is.`);
    return new Botocore(join(content, 'botocore', 'data'), { version: wheel.split('-')[1] ?? '', date });
  }

  /** @throws Error when npm or tar is missing, or the registry cannot be reached. */
  async client(name: string): Promise<ClientPackage> {
    const home = mkdtempSync(join(this.folder, 'client-'));
    await this.#run('npm', ['pack', '--silent', '--pack-destination', home, `${name}@latest`]);
    const [archive = ''] = readdirSync(home);
    mkdirSync(join(home, 'content'));
    await this.#run('tar', ['-xzf', join(home, archive), '-C', join(home, 'content')]);
    return new ClientPackage(join(home, 'content', 'package'));
  }

  async #run(program: string, args: string[]): Promise<string> {
    const { stdout } = await run(program, args, { timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }
}

/** The service models of one release of botocore. */
export class Botocore {
  constructor(
    private readonly data: string,
    readonly release: { version: string; date: string },
  ) {}

  /** The newest model of a service. @throws Error when there is none. */
  model(service: string): ServiceModel {
    const [newest = ''] = readdirSync(join(this.data, service)).sort().reverse();
    const file = join(this.data, service, newest, 'service-2.json');
    const text = existsSync(file) ? readFileSync(file) : gunzipSync(readFileSync(`${file}.gz`));
    return new ServiceModel(service, JSON.parse(text.toString('utf8')));
  }
}
