import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../local/stack/until';
import type { SellerConfiguration } from '../../lambdas/shared/contract/written-configuration';

/** Synthesizes the stack of a configuration, once in a test run. @returns its folder */
export async function anAssembly(configuration: SellerConfiguration, stackName = 'Flow'): Promise<string> {
  const text = JSON.stringify(configuration);
  const folder = join(
    tmpdir(),
    `assembly-${createHash('sha256')
      .update(stackName + text)
      .digest('hex')}`,
  );
  const [making, failed] = [`${folder}-making`, `${folder}-failed`];
  if (isFirst(`${folder}-begun`)) {
    try {
      // Only the worker that is first loads CDK.
      const { synthesize } = await import('./synthesize');
      synthesize(making, configuration, stackName);
      renameSync(making, folder);
    } catch (error) {
      writeFileSync(failed, String(error));
    }
  }
  await until('the template is synthesized', () => existsSync(folder) || existsSync(failed));
  if (existsSync(failed)) throw new Error(readFileSync(failed, 'utf8'));
  return folder;
}

/** Whether no other worker has made this folder. */
function isFirst(begun: string): boolean {
  try {
    mkdirSync(begun);
    return true;
  } catch (error) {
    if (existsSync(begun)) return false;
    throw error;
  }
}
