import { readFileSync } from 'node:fs';
import { configurationDigest } from '../../lambdas/shared/contract/configuration-digest';
import { parseSellerConfiguration, type SellerConfiguration } from '../../lambdas/shared/contract/seller-configuration';
import { OperatorError } from '../errors';
import type { Installation } from './installation';

/**
 * The seller's configuration, from its file, if it is the one that the functions were deployed with: what is decided
 * here must be decided as they would.
 */
export function readConfiguration(
  file: string,
  { title, configurationDigest: deployed }: Pick<Installation, 'title' | 'configurationDigest'>,
): SellerConfiguration {
  const configuration = parseFile(file);
  if (configurationDigest(configuration) !== deployed) {
    throw new OperatorError(
      `${title} runs with another configuration than ${file}. Give the deployed one with --config, or deploy this one first.`,
    );
  }
  return configuration;
}

function parseFile(file: string): SellerConfiguration {
  try {
    return parseSellerConfiguration(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`The seller configuration ${file} cannot be used: ${reason}`, { cause });
  }
}
