/** The parts of an error that the caller sees. */
export interface HttpErrorDetails {
  statusCode: number;
  /** Machine-readable, camelCase; part of the API. */
  reason: string;
  /** A sentence for people. Neither field may quote the request. */
  sentence: string;
}

/** Only these errors are shown to the caller. Any other becomes a 500 without details. */
export class HttpError extends Error {
  override readonly name: string = 'HttpError';
  readonly statusCode: number;
  readonly reason: string;

  constructor({ statusCode, reason, sentence }: HttpErrorDetails, options?: ErrorOptions) {
    super(sentence, options);
    this.statusCode = statusCode;
    this.reason = reason;
  }
}

export class BodyTooLargeError extends HttpError {
  override readonly name = 'BodyTooLargeError';

  constructor(maxBytes: number) {
    super({ statusCode: 413, reason: 'bodyTooLarge', sentence: `The body can have at most ${maxBytes} bytes.` });
  }
}

export class UnsupportedMediaTypeError extends HttpError {
  override readonly name = 'UnsupportedMediaTypeError';

  constructor(accepted: readonly string[]) {
    super({
      statusCode: 415,
      reason: 'unsupportedMediaType',
      sentence: `The content type must be ${accepted.join(' or ')}.`,
    });
  }
}

export class MalformedBodyError extends HttpError {
  override readonly name = 'MalformedBodyError';

  constructor(sentence: string, options?: ErrorOptions) {
    super({ statusCode: 400, reason: 'malformedBody', sentence }, options);
  }
}
