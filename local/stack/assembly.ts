import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { templateSchema, type Template } from './template';

/** The output of `cdk synth`: one stack's template and the folders of its assets. */
export interface Assembly {
  folder: string;
  stackName: string;
  template: Template;
  /** The folder that `cdk deploy` would zip and upload under this S3 key. */
  assetFolder(s3Key: string): string;
}

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.object({ templateFile: z.string().optional(), file: z.string().optional() }).optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

/** @throws Error when there is no assembly, or when it does not hold exactly one stack. */
export function readAssembly(folder: string): Assembly {
  const manifestFile = join(folder, 'manifest.json');
  if (!existsSync(manifestFile)) throw new Error(`There is no synthesized template in ${folder}. Run npm run synth.`);
  const artifacts = Object.entries(manifestSchema.parse(readJson(manifestFile)).artifacts);
  const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack] = stacks;
  const templateFile = stack?.[1].properties?.templateFile;
  if (stack === undefined || templateFile === undefined || stacks.length > 1) {
    throw new Error(
      `${folder} holds ${stacks.length} stacks (${stacks.map(([id]) => id).join(', ')}). Synthesize exactly one.`,
    );
  }
  const assetFiles = artifacts.flatMap(([, { type, properties }]) =>
    type === 'cdk:asset-manifest' && properties?.file !== undefined ? [join(folder, properties.file)] : [],
  );
  const folders = new Map(assetFiles.flatMap((file) => assetsByKey(folder, file)));
  return {
    folder,
    stackName: stack[0],
    template: templateSchema.parse(readJson(join(folder, templateFile))),
    assetFolder: (s3Key) => {
      const found = folders.get(s3Key);
      if (found === undefined)
        throw new Error(`The assembly in ${folder} has no asset for the S3 key ${s3Key}. Run npm run synth.`);
      return found;
    },
  };
}

function assetsByKey(folder: string, file: string): [string, string][] {
  return Object.values(assetsSchema.parse(readJson(file)).files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }): [string, string] => [
      objectKey,
      resolve(folder, source.path ?? ''),
    ]),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}
