import { readFileSync } from 'node:fs';
import { configurationDigest } from '../../lambdas/shared/contract/configuration-digest';
import {
  parseSellerConfigurationText,
  type ParsedConfiguration,
} from '../../lambdas/shared/contract/seller-configuration';
import { OperatorError } from '../errors';
import type { Installation } from './installation';

/**
 * Reads the seller's configuration and checks that it is the deployed one, so that commands decide as the functions do.
 */
export function readConfiguration(
  file: string,
  { title, configurationDigest: deployed }: Pick<Installation, 'title' | 'configurationDigest'>,
): ParsedConfiguration {
  const configuration = readConfigurationFile(file);
  if (configurationDigest(configuration) !== deployed) {
    throw new OperatorError(
      `${title} runs with a different configuration than ${file}. Name the deployed file with --config, or deploy this one first.`,
    );
  }
  return configuration;
}

/** @throws OperatorError that names the file when it is missing or not a seller configuration. */
export function readConfigurationFile(file: string): ParsedConfiguration {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(`There is no seller configuration at ${file}. Name one with --config.`, { cause });
  }
  try {
    return parseSellerConfigurationText(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`The seller configuration ${file} cannot be used.\n${reason}`, { cause });
  }
}
