import { readFileSync } from 'node:fs';
import { parseSellerConfiguration, type SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';

/** @throws Error that names the file when it is missing or not a seller configuration. */
export function readConfiguration(file: string): SellerConfiguration {
  try {
    return parseSellerConfiguration(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The seller configuration ${file} cannot be used: ${reason}`, { cause });
  }
}
