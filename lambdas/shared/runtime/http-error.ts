/** What the caller is told. */
export interface HttpErrorDetails {
  statusCode: number;
  /** Machine-readable, camelCase: part of our interface. */
  reason: string;
  /** One sentence for people. Both are shown as they are: nothing of the request may be in them. */
  sentence: string;
}

/** The one kind of error whose words reach the caller; any other becomes a 500 that says nothing. */
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
    super({ statusCode: 413, reason: 'bodyTooLarge', sentence: `The body may have at most ${maxBytes} bytes.` });
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
