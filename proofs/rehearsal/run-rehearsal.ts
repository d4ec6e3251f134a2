import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pc from '../../ops/output/colours';
import { parseSellerConfiguration, type ParsedConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { LAST_RELEASE_CONFIGURATION } from '../last-release/configuration';
import { readConfigurationFile } from '../../ops/installation/configuration';
import { untilInterrupted } from '../../local/stack/interrupted';
import { ChildProcesses } from './child-processes';
import { NOT_PROVEN } from './not-proven';
import { rehearse } from './rehearse';
import { NotPossibleHereError, Stages } from './stages';

const CACHE_FOLDER = join('.local', 'rehearsal');

export interface RehearsalOptions {
  skipIfImpossible: boolean;
  /** The file of the configuration to deploy. */
  config: string;
  /** Deploy the last release first, with its own configuration. */
  fromLastRelease: boolean;
}

/**
 * Reads the configuration before anything starts. The path of its logo holds in whatever folder it is written to.
 * @throws Error when the rehearsal cannot walk its path with this configuration
 */
export function rehearsable(file: string): ParsedConfiguration {
  const configuration = readConfigurationFile(file);
  const { signUpUrl } = configuration.registration;
  const { page } = configuration;
  const logo = page.logo === undefined ? undefined : resolve(dirname(file), page.logo);
  if (signUpUrl === undefined) return { ...configuration, page: { ...page, logo } };
  throw new Error(
    `${file} sends buyers to your own sign-up page (registration.signUpUrl is ${signUpUrl}). The rehearsal fills in ` +
      'the built-in page and cannot sign up on yours. Rehearse a copy of the file without signUpUrl: ' +
      'npm run test:deploy -- --config COPY.json',
  );
}

/** @returns the exit code */
export async function runRehearsal(options: RehearsalOptions): Promise<number> {
  const { skipIfImpossible, config, fromLastRelease } = options;
  const configuration = fromLastRelease ? parseSellerConfiguration(LAST_RELEASE_CONFIGURATION) : rehearsable(config);
  const children = new ChildProcesses();
  const stages = new Stages();
  const stops: (() => Promise<void> | void)[] = [];
  mkdirSync(CACHE_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const interrupted = untilInterrupted().then((): never => {
    throw new Error('Interrupted.');
  });
  try {
    const onStop = (stop: () => Promise<void> | void) => stops.push(stop);
    const rehearsal = rehearse({
      configuration,
      fromLastRelease,
      children,
      stages,
      folder,
      cacheFolder: CACHE_FOLDER,
      onStop,
    });
    return verdict(await Promise.race([rehearsal, interrupted]), stages);
  } catch (error) {
    return explain(error, skipIfImpossible);
  } finally {
    await children.stop();
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function verdict(exact: boolean, { total }: Stages): number {
  const sentence = exact
    ? pc.green('VERDICT: deployed, used, billed exactly, updated, nothing lost, billed exactly.')
    : pc.red('VERDICT: AWS Marketplace would not bill the exact usage.');
  console.log(`\n${pc.bold(sentence)} ${pc.dim(`(${total})`)}\n\n${NOT_PROVEN}`);
  return exact ? 0 : 1;
}

function explain(error: unknown, skipIfImpossible: boolean): number {
  const sentence = error instanceof Error ? error.message : String(error);
  if (!(error instanceof NotPossibleHereError)) {
    console.error(
      `\n${pc.red(sentence)}\n\nRead the log of ministack and the functions: ${join(CACHE_FOLDER, 'ministack.log')}`,
    );
    return 1;
  }
  const skipped = 'SKIPPED: the rehearsal of the deploy did not run. Nothing about a deploy is proven.';
  console.error(
    `\n${pc.red(pc.bold(skipIfImpossible ? skipped : 'The rehearsal cannot run on this machine.'))}\n${sentence}`,
  );
  return skipIfImpossible ? 0 : 1;
}
