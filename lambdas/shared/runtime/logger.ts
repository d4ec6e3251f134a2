import { Logger } from '@aws-lambda-powertools/logger';
import type { MessageCode } from '../contract/message-codes';

/** Writes a sentence with ids. Never pass an event, a body, a token or an e-mail address. */
type WriteLine = (sentence: string, ids: { messageCode: MessageCode } & Record<string, unknown>) => void;

export interface Log {
  info: WriteLine;
  warn: WriteLine;
  error: WriteLine;
}

/** The structured logger of a function. */
export function createLogger(serviceName: string): Log {
  return new Logger({ serviceName });
}
