import type { App } from 'aws-cdk-lib';
import { BUNDLING_STACKS } from 'aws-cdk-lib/cx-api';

/** Says on stderr what takes the next seconds. A command that needs no code, such as `cdk destroy`, bundles nothing. */
export function announceBundling(app: App): void {
  const bundled: unknown = app.node.tryGetContext(BUNDLING_STACKS);
  if (Array.isArray(bundled) && bundled.length === 0) return;
  process.stderr.write('Bundling the functions …\n');
}
