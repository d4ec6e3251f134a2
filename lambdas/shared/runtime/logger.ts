import { Logger } from '@aws-lambda-powertools/logger';

export type { Logger };

/** One structured logger per function. It logs ids and message codes, never an event, a body, a token or an e-mail. */
export function createLogger(serviceName: string): Logger {
  return new Logger({ serviceName });
}
