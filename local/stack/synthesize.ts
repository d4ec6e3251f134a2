import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../lambdas/shared/contract/functions';
import { newerThanAssembly } from './assembly';

/** Everything from which the template and the bundles are made. */
const SOURCES = ['bin', 'lib', 'lambdas', 'cdk.json', 'marketplace.config.json', 'package-lock.json'];

/**
 * Runs `npm run synth` when the assembly is missing or older than a source, and announces it first.
 * @throws Error with the output of `cdk synth` when it fails.
 */
export async function synthesizeIfStale(say: (line: string) => void, assembly = 'cdk.out'): Promise<void> {
  const missing = !existsSync(join(assembly, 'manifest.json'));
  const newer = missing ? undefined : newerThanAssembly(assembly, SOURCES);
  if (!missing && newer === undefined) return;
  const reason = missing ? 'it does not exist yet' : `${newer} has changed`;
  say(`Synthesizing the template (${reason}) and bundling its ${FUNCTION_NAMES.length} functions …`);
  await synthesize(assembly);
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
