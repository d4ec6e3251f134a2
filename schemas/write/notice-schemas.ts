import { format, resolveConfig } from 'prettier';
import * as z from 'zod';
import { NOTICE_EVENT_SOURCE, noticeSchema } from '../../lambdas/shared/contract/notices';
import { withoutLongPattern } from './without-long-pattern';

const OPTIONS = { target: 'draft-2020-12', io: 'input' } as const;

/**
 * The JSON schemas of the notices by file name, such as `SubscriptionActivated.v1.json`. They allow unknown fields,
 * because a later release may add fields without a new version.
 */
export async function noticeSchemaFiles(): Promise<Map<string, string>> {
  const options = { ...(await resolveConfig('package.json')), parser: 'json' };
  const files = noticeSchema.options.map(async (option) => {
    const { kind, schemaVersion } = option.shape;
    const name = `${kind.value}.v${schemaVersion.value}.json`;
    const { $schema, description, ...schema } = z.toJSONSchema(option, { ...OPTIONS, override: withoutLongPattern });
    const title = `${kind.value}, version ${schemaVersion.value}: detail of an event from ${NOTICE_EVENT_SOURCE}`;
    const document = { $schema, $id: name, title, description, ...schema };
    return [name, await format(JSON.stringify(document), options)] as const;
  });
  return new Map(await Promise.all(files));
}
