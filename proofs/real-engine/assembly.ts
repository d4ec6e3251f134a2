import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import {
  parseSellerConfiguration,
  type SellerConfigurationInput,
} from '../../lambdas/shared/contract/seller-configuration';
import { FUNCTION_NAMES } from '../../lambdas/shared/contract/functions';
import { bundleOptions } from '../../lib/function-bundle';
import { readAssembly, type Assembly } from '../../local/stack/assembly';
import { synthesize } from '../../local/stack/synthesize';
import { replacing, type Replacement } from '../mutants/bundle';

/** A template that `cdk synth` wrote into a folder of its own, for one seller's configuration. */
export interface OwnAssembly {
  folder: string;
  remove(): Promise<void>;
}

/**
 * Synthesizes the stack. With `replacements` the functions that hold the replaced text are bundled anew, by the options
 * they were bundled with, into the assets: everything else is what `cdk deploy` would upload.
 * @throws Error with what `cdk synth` said, or for a replacement whose text is not found exactly once.
 */
export async function synthesizeFor(
  configuration: SellerConfigurationInput,
  { replacements, signal }: { replacements: readonly Replacement[]; signal: AbortSignal },
): Promise<OwnAssembly> {
  const home = await mkdtemp(join(tmpdir(), 'simulate-'));
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    const file = join(home, 'marketplace.config.json');
    const folder = join(home, 'cdk.out');
    await writeFile(file, JSON.stringify(configuration));
    await synthesize(folder, { configurationFile: file, signal });
    if (replacements.length > 0) await bundleAnew(readAssembly(folder), { configuration, replacements });
    return { folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Changed {
  configuration: SellerConfigurationInput;
  replacements: readonly Replacement[];
}

async function bundleAnew(assembly: Assembly, { configuration, replacements }: Changed): Promise<void> {
  const found = new Set<Replacement>();
  for (const { verb, codeFolder } of bundledFunctions(assembly)) {
    const left = new Set(replacements);
    const { outputFiles } = await build({
      ...bundleOptions(verb, parseSellerConfiguration(configuration)),
      write: false,
      logLevel: 'silent',
      plugins: [replacing(left)],
    });
    const changed = replacements.filter((replacement) => !left.has(replacement));
    for (const replacement of changed) found.add(replacement);
    const [bundle] = outputFiles;
    if (changed.length > 0 && bundle) await writeFile(join(codeFolder, 'index.mjs'), bundle.contents);
  }
  const missed = replacements.find((replacement) => !found.has(replacement));
  if (missed) throw new Error(`${missed.file} is part of no function.`);
}

const functionSchema = z.object({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.object({ Code: z.object({ S3Key: z.string() }) }),
  Metadata: z.object({ 'aws:cdk:path': z.string() }),
});

/** The functions by the folder of their code: their constructs are named after their verbs. */
function bundledFunctions({ template, assetFolder }: Assembly) {
  return Object.values(template.Resources).flatMap((resource) => {
    const parsed = functionSchema.safeParse(resource);
    if (!parsed.success) return [];
    const { Metadata, Properties } = parsed.data;
    const verb = FUNCTION_NAMES.find((name) => Metadata['aws:cdk:path'].endsWith(`/${pascalCase(name)}/Resource`));
    return verb === undefined ? [] : [{ verb, codeFolder: assetFolder(Properties.Code.S3Key) }];
  });
}

const pascalCase = (name: string) => name.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase());
