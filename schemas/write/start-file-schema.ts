import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { startSchema } from '../../simulator';
import { withoutLongPattern } from './without-long-pattern';

export const START_FILE_SCHEMA = 'simulator/start-file.schema.json';

/** The JSON schema of the simulator's start file, which its package has, too. */
export async function startFileSchema(): Promise<string> {
  const options = { ...(await resolveConfig('package.json')), parser: 'json' };
  const { $schema, ...schema } = z.toJSONSchema(startSchema, {
    target: 'draft-2020-12',
    io: 'input',
    override: withoutLongPattern,
  });
  const title = 'Start file of aws-marketplace-simulator';
  return format(JSON.stringify({ $schema, $id: 'start-file.schema.json', title, ...schema }), options);
}
