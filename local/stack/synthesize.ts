import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { FUNCTION_NAMES } from '../../lambdas/shared/contract/functions';
import { readConfigurationFile } from '../../ops/installation/configuration';
import { changedSince, stamp } from './assembly-stamp';

/** Everything from which the template and the bundles are made, next to the configuration and its logo. */
const SOURCES = ['bin', 'lib', 'lambdas', 'web', 'cdk.json', 'package-lock.json'];

export interface StaleOptions {
  /** The seller configuration. Another one than the template was made from makes it stale. */
  configurationFile: string;
  /** @default 'cdk.out' */
  assembly?: string;
  say: (line: string) => void;
}

/**
 * Runs `npm run synth` unless the assembly was made from what the sources and the configuration contain now, and
 * announces it first.
 * @throws Error with the output of `cdk synth` when it fails.
 */
export async function synthesizeIfStale({ configurationFile, assembly = 'cdk.out', say }: StaleOptions): Promise<void> {
  const sources = sourcesOf(configurationFile);
  const reason = changedSince(assembly, sources);
  if (reason === undefined) return;
  say(`Synthesizing the template (${reason}) and bundling its ${FUNCTION_NAMES.length} functions …`);
  const finished = stamp(assembly, sources);
  await synthesize(assembly, { configurationFile });
  finished();
}

/** Files and folders. A change of one makes the template stale. */
export function sourcesOf(configurationFile: string): string[] {
  const { logo } = readConfigurationFile(configurationFile).page;
  return [...SOURCES, configurationFile, ...(logo === undefined ? [] : [join(dirname(configurationFile), logo)])];
}

export interface SynthesizeOptions {
  /** @default - the file that `cdk.json` names */
  configurationFile?: string;
  signal?: AbortSignal;
}

/** @throws Error with the output of `cdk synth` when it fails. */
export async function synthesize(
  assembly: string,
  { configurationFile, signal }: SynthesizeOptions = {},
): Promise<void> {
  const output: string[] = [];
  const context = configurationFile === undefined ? [] : ['--context', `marketplaceConfig=${configurationFile}`];
  const child = spawn('npm', ['run', 'synth', '--silent', '--', '--output', assembly, ...context], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text));
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`The template could not be synthesized (npm run synth):\n${output.join('').trim()}`);
}
