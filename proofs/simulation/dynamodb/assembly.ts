import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import type { SellerConfiguration } from '../../../lambdas/shared/contract/written-configuration';
import { FUNCTION_NAMES } from '../../../lambdas/shared/contract/functions';
import { bundleOptions } from '../../../lib/function-bundle';
import { readAssembly, type Assembly } from '../../../local/stack/assembly';
import { synthesize } from '../../../local/stack/synthesize';
import { replaceable, ROOT } from '../../mutants/bundle';
import type { Mutant } from '../../mutants/mutant';

/** A template that `cdk synth` wrote into a separate folder, for one seller's configuration. */
export interface OwnAssembly {
  folder: string;
  /** Whether the mutant has taken effect. */
  wasApplied(): boolean;
  remove(): Promise<void>;
}

/**
 * Synthesizes the stack. With a mutant, the functions are bundled again with the same options; everything else is what
 * `cdk deploy` would upload.
 * @throws Error with what `cdk synth` said.
 */
export async function synthesizeFor(
  configuration: SellerConfiguration,
  { mutant, signal }: { mutant: Mutant | undefined; signal: AbortSignal },
): Promise<OwnAssembly> {
  const home = await mkdtemp(join(tmpdir(), 'simulate-'));
  const remove = () => rm(home, { recursive: true, force: true });
  try {
    const file = join(home, 'marketplace.config.json');
    const folder = join(home, 'cdk.out');
    const appliedFile = join(home, 'applied');
    await writeFile(file, JSON.stringify(configuration));
    await synthesize(folder, { configurationFile: file, signal });
    if (mutant) await bundleAnew(readAssembly(folder), { mutant, appliedFile });
    return { folder, wasApplied: () => existsSync(appliedFile), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

interface Changed {
  mutant: Mutant;
  /** Made by a function as soon as the mutant takes effect in it. */
  appliedFile: string;
}

async function bundleAnew(assembly: Assembly, { mutant, appliedFile }: Changed): Promise<void> {
  for (const { verb, codeFolder } of bundledFunctions(assembly)) {
    const { entryPoints, ...options } = bundleOptions();
    const entries = entryPoints.filter(({ out }) => out === verb).map((entry) => `./${entry.in}`);
    const modules = ['./proofs/mutants/lambda', ...entries];
    await build({
      ...options,
      stdin: { contents: modules.map((module) => `export * from '${module}';`).join('\n'), resolveDir: ROOT },
      define: {
        'process.env.MUTANT': JSON.stringify(mutant.name),
        'process.env.MUTANT_APPLIED_FILE': JSON.stringify(appliedFile),
      },
      logLevel: 'silent',
      plugins: [replaceable([mutant])],
      outfile: join(codeFolder, 'index.mjs'),
      allowOverwrite: true,
    });
  }
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
