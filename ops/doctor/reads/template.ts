import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { OperatorError } from '../../errors';
import { textOf, type AwsApi } from '../aws-api';
import { differingResources } from '../checks/deployment';

const template = z.object({ Resources: z.record(z.string(), z.unknown()) });

export interface TemplatePlace {
  stack: string;
  region: string;
  /** The folder that `cdk synth` wrote. */
  assembly: string;
}

/** @throws OperatorError when nothing is synthesized. */
export async function readDifferences(api: AwsApi, { stack, region, assembly }: TemplatePlace) {
  const file = join(assembly, `${stack}.template.json`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`There is no ${file}. Run \`npx cdk synth\` first.`, { cause });
  }
  const parameters = { Action: 'GetTemplate', Version: '2010-05-15', StackName: stack, TemplateStage: 'Original' };
  const answer = await api.query('cloudformation', `cloudformation.${region}.amazonaws.com`, parameters);
  const [deployed, synthesized] = [textOf(answer, 'TemplateBody') ?? '', text].map(
    (body) => template.parse(JSON.parse(body)).Resources,
  );
  return { differing: differingResources(deployed ?? {}, synthesized ?? {}, isDeepStrictEqual) };
}
