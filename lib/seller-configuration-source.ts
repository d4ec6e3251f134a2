import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Node } from 'constructs';
import { parseSellerConfiguration, type SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { ExplainedError } from './explained-error';

const DEFAULT_FILE = 'marketplace.config.json';

/**
 * Finds the seller's configuration: the CDK context key `marketplace` holds it, or the context key `marketplaceConfig`
 * names its file, or it is `marketplace.config.json`.
 * @throws ExplainedError that says where the configuration was looked for, every problem in it, and what to do.
 */
export function readSellerConfiguration(node: Node): SellerConfiguration {
  const context: unknown = node.tryGetContext('marketplace');
  if (context !== undefined) return parse(context, 'the CDK context key "marketplace"');
  const file: unknown = node.tryGetContext('marketplaceConfig') ?? DEFAULT_FILE;
  if (typeof file !== 'string') {
    throw new ExplainedError('The CDK context key "marketplaceConfig" must be the path of a file.');
  }
  return parse(readText(resolve(file)), resolve(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExplainedError(
      `The marketplace configuration could not be read: ${file}\n` +
        'Write it as docs/configuration.md shows, or name another file: npx cdk synth -c marketplaceConfig=<path>',
      { cause: error },
    );
  }
}

/** Text is JSON: a file's, or what `-c marketplace='{…}'` gives on the command line. */
function parse(input: unknown, source: string): SellerConfiguration {
  try {
    return parseSellerConfiguration(typeof input === 'string' ? JSON.parse(input) : input);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const sentence = error instanceof SyntaxError ? `The marketplace configuration is not JSON:\n${problem}` : problem;
    throw new ExplainedError(
      `${sentence}\nCorrect it in ${source} (docs/configuration.md explains each field) and run again.`,
      { cause: error },
    );
  }
}
