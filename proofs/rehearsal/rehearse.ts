import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParsedConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { startMarketplace } from '../../simulator';
import { AwsAccount } from './aws-account';
import { CdkCli, type StackOutputs } from './cdk-cli';
import { createCertificate } from './certificate';
import { changedConfiguration, NEW_DIMENSION } from './changed-configuration';
import type { ChildProcesses, Environment } from './child-processes';
import { openClosedDoor } from './closed-door';
import { functionErrors } from './function-errors';
import { MainPath, type Rehearsal } from './main-path';
import { startMinistack } from './ministack';
import { pythonWith } from './python-environment';
import type { Stages } from './stages';
import { unpackRelease } from '../last-release/packed-release';
import { itemsIn, lost, snapshot } from './table-snapshot';

export interface RehearsalParts {
  /** The configuration that is deployed. */
  configuration: ParsedConfiguration;
  /** Deploy the last release first, which was built for a configuration without its newer choices. */
  fromLastRelease: boolean;
  children: ChildProcesses;
  stages: Stages;
  /** Deleted afterwards with its content. */
  folder: string;
  /** Kept between rehearsals. */
  cacheFolder: string;
  /** Registers how to stop what was started, however the rehearsal ends. */
  onStop(stop: () => Promise<void> | void): void;
}

interface Scene {
  folder: string;
  /** The folder of the last release's template, when it was deployed first. */
  lastRelease: string | undefined;
  stages: Stages;
  account: AwsAccount;
  cdk: CdkCli;
  configuration: ParsedConfiguration;
  path: MainPath;
}

/**
 * Deploys the app twice and walks its main path after each deploy.
 *
 * @returns whether AWS Marketplace billed exactly what was used
 * @throws Error at the first step that fails
 */
export async function rehearse(parts: RehearsalParts): Promise<boolean> {
  const { stages, folder, configuration } = parts;
  const python = await stages.run('Python environment with ministack', async () =>
    pythonWith(join(import.meta.dirname, 'requirements.txt'), parts),
  );
  const door = await openClosedDoor();
  parts.onStop(door.close);
  const env = isolated(folder, door.url);
  const { account, cdk, marketplace } = await stages.run('AWS Marketplace (simulator) and AWS (ministack) start', () =>
    start(parts, { python, env, configuration }),
  );
  await stages.run('cdk bootstrap', () => cdk.bootstrap());
  const lastRelease = parts.fromLastRelease ? join(folder, 'last-release') : undefined;
  if (lastRelease !== undefined) unpackRelease(lastRelease);
  const outputs = await stages.run(lastRelease === undefined ? 'cdk deploy' : 'cdk deploy of the last release', () =>
    lastRelease === undefined ? deploy(cdk, { configuration, folder }) : cdk.deploy('--app', lastRelease),
  );
  const productCode = configuration.products[0]?.productCode ?? '';
  let exact = false;
  try {
    const rehearsal: Rehearsal = { stages, account, marketplace, outputs, productCode };
    const path = await stages.run('A buyer registers', () => MainPath.register(rehearsal));
    const scene = { stages, account, cdk, configuration, path, folder, lastRelease };
    exact = (await firstWalk(scene)) && (await update(scene, outputs)) && (await rollBack(scene, outputs));
  } finally {
    if (!exact) for (const line of await functionErrors(account)) console.error(line);
  }
  if (door.attempts.length > 0)
    throw new Error(`The CDK CLI or ministack tried to leave this machine: ${door.attempts.join(', ')}`);
  stages.proven('the CDK CLI and ministack contacted nothing outside this machine');
  return exact;
}

interface Surroundings {
  python: string;
  env: Environment;
  configuration: ParsedConfiguration;
}

async function start(parts: RehearsalParts, { python, env, configuration }: Surroundings) {
  const { children, folder, onStop } = parts;
  // AWS requires a new dimension in the listing before the seller's stack meters it.
  const { products } = changedConfiguration(configuration);
  const marketplace = await startMarketplace({ products });
  onStop(marketplace.stop);
  const certificate = await createCertificate(children, { folder, env });
  const logFile = join(parts.cacheFolder, 'ministack.log');
  const marketplaceEndpoint = marketplace.endpoint;
  const endpoint = await startMinistack(children, { python, certificate, marketplaceEndpoint, folder, logFile, env });
  const { certificateFile, pem } = certificate;
  const account = new AwsAccount({ endpoint, pem });
  onStop(() => account.close());
  return { account, marketplace, cdk: new CdkCli(children, { endpoint, certificateFile, folder, env }) };
}

async function firstWalk({ stages, path, configuration }: Scene): Promise<boolean> {
  const { products, usage } = configuration;
  const dimension = products[0]?.dimensions[0]?.apiName ?? '';
  const tag = products[0]?.allocationTagKeys[0];
  await stages.run('The application reports usage', async () => {
    await path.refuseStrangers();
    const events = Array.from({ length: 40 }, (_, n) => ({
      id: `event-${n}`,
      dimension,
      quantity: n === 0 ? '2.35' : '1.1',
      ...(tag !== undefined && n % 2 === 0 && { tags: { [tag]: 'engineering' } }),
    }));
    await expect(path.report(events), { all: 'accepted' });
    await expect(path.report(events.map((event) => ({ ...event, quantity: '1000' }))), { all: 'duplicate' });
    const unknown = { id: 'too-early', dimension: NEW_DIMENSION, quantity: '1' };
    await expect(path.report([unknown]), { all: 'rejected' });
    stages.proven(
      '40 events are accepted, and answered duplicate when repeated; a dimension that is not deployed yet is rejected',
    );
  });
  return stages.run('Stream, hourly function, bill', () => path.bill(usage.graceMinutes));
}

async function deploy(
  cdk: CdkCli,
  { configuration, folder }: { configuration: ParsedConfiguration; folder: string },
): Promise<Record<string, string>> {
  const file = join(folder, 'marketplace.config.json');
  writeFileSync(file, JSON.stringify(configuration));
  return cdk.deploy('--context', `marketplaceConfig=${file}`);
}

async function update(scene: Scene, outputs: StackOutputs): Promise<boolean> {
  const { stages, account, cdk, path, folder } = scene;
  const configuration = changedConfiguration(scene.configuration);
  const before = await snapshot(account, outputs);
  await stages.run('cdk deploy of this version, with one more dimension and another grace', async () => {
    const now = await deploy(cdk, { configuration, folder });
    const changes = lost(before, await snapshot(account, now));
    if (changes.length > 0) throw new Error(`The update lost data:\n${changes.join('\n')}`);
    await path.buyer.look();
    stages.proven(
      `${before.size} tables and their ${itemsIn(before)} items are unchanged; the buyer's session is still known`,
    );
  });
  await stages.run('The application reports late usage and usage of the new dimension', async () => {
    const dimension = configuration.products[0]?.dimensions[0]?.apiName ?? '';
    // Its hour has been sealed and sent, so it goes to the next one. With the carried fraction it makes a whole unit.
    await expect(path.report([{ id: 'late', dimension, quantity: '0.25' }]), { all: 'accepted' });
    const later = [
      { id: 'later', dimension, quantity: '0.5' },
      { id: 'new', dimension: NEW_DIMENSION, quantity: '3' },
    ];
    await expect(path.report(later, true), { all: 'accepted' });
    await expect(path.report([{ id: 'event-1', dimension, quantity: '1.1' }]), { all: 'duplicate' });
    stages.proven(
      'usage of the new dimension is accepted; an event from before the update is still recognized as a duplicate',
    );
  });
  return stages.run('Stream, hourly function with its new schedule, bill', () =>
    path.bill(configuration.usage.graceMinutes),
  );
}

/** The last release, and this version again: neither deployment may touch what the tables hold. */
async function rollBack(scene: Scene, outputs: StackOutputs): Promise<boolean> {
  const { stages, account, cdk, path, folder, lastRelease } = scene;
  if (lastRelease === undefined) return true;
  const configuration = changedConfiguration(scene.configuration);
  const before = await snapshot(account, outputs);
  await stages.run('cdk deploy of the last release again, then of this version', async () => {
    await cdk.deploy('--app', lastRelease);
    const now = await deploy(cdk, { configuration, folder });
    const changes = lost(before, await snapshot(account, now));
    if (changes.length > 0) throw new Error(`The rollback lost data:\n${changes.join('\n')}`);
    stages.proven(`${before.size} tables and their ${itemsIn(before)} items are unchanged after a rollback`);
  });
  return stages.run('Hourly function, bill', () => path.bill(configuration.usage.graceMinutes));
}

async function expect(statuses: Promise<string[]>, { all }: { all: string }): Promise<void> {
  const others = (await statuses).filter((status) => status.split(' ')[0] !== all);
  if (others.length > 0)
    throw new Error(`Expected all usage to be ${all}; some was ${[...new Set(others)].join(', ')}.`);
}

/** An environment without the person's AWS configuration, and with a proxy that lets nothing out. */
function isolated(folder: string, proxy: string): Environment {
  const none = 'localhost,.localhost,127.0.0.1';
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    TMPDIR: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    NO_PROXY: none,
    https_proxy: proxy,
    http_proxy: proxy,
    no_proxy: none,
  };
}
