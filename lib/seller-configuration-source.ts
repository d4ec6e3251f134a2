import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Node } from 'constructs';
import {
  parseSellerConfiguration,
  parseSellerConfigurationText,
} from '../lambdas/shared/contract/seller-configuration';
import type { SellerConfiguration } from '../lambdas/shared/contract/written-configuration';
import { ExplainedError } from './explained-error';

const DEFAULT_FILE = 'marketplace.config.json';

/** As the properties of `MarketplaceSaas`. */
export interface SellerConfigurationSource {
  /** Checked, with all defaults. */
  readonly configuration: SellerConfiguration;
  /** The file's folder; otherwise the working directory. */
  readonly configurationFolder: string;
}

/**
 * Checks a configuration whose type says too little, such as an imported JSON file:
 * `import config from './marketplace.config.json'`.
 * @throws ExplainedError that lists every problem.
 */
export function sellerConfiguration(json: unknown): SellerConfiguration {
  return parse(json, 'the value given to sellerConfiguration');
}

/**
 * Reads the seller's configuration from the CDK context key `marketplace`, or else from the file that the context key
 * `marketplaceConfig` names, or else from `marketplace.config.json`.
 * @throws ExplainedError that names the source, every problem and the remedy.
 */
export function readSellerConfiguration(node: Node): SellerConfigurationSource {
  const context: unknown = node.tryGetContext('marketplace');
  if (context !== undefined) {
    return { configuration: parse(context, 'the CDK context key "marketplace"'), configurationFolder: process.cwd() };
  }
  const file: unknown = node.tryGetContext('marketplaceConfig') ?? DEFAULT_FILE;
  if (typeof file !== 'string') {
    throw new ExplainedError('Set the CDK context key "marketplaceConfig" to the path of a file.');
  }
  return { configuration: parse(readText(resolve(file)), resolve(file)), configurationFolder: dirname(resolve(file)) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ExplainedError(
      `The marketplace configuration could not be read: ${file}\n` +
        'Write it as docs/configuration.md of aws-marketplace-saas shows, or name another file: ' +
        'npx cdk synth -c marketplaceConfig=<path>',
      { cause: error },
    );
  }
}

/** Text is JSON: the content of a file, or `-c marketplace='{…}'` from the command line. */
function parse(input: unknown, source: string): SellerConfiguration {
  try {
    return typeof input === 'string' ? parseSellerConfigurationText(input) : parseSellerConfiguration(input);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ExplainedError(
      `${problem}\nCorrect it in ${source} and run again. docs/configuration.md of aws-marketplace-saas explains each field.`,
      { cause: error },
    );
  }
}
