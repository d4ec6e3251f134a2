import * as z from 'zod';

const awsError = z.object({
  $metadata: z.object({ requestId: z.string().optional(), httpStatusCode: z.number().optional() }),
});

/** The input can never be processed. `reason` is machine-readable; neither it nor the message quotes the input. */
export class UnusableInputError extends Error {
  override readonly name = 'UnusableInputError';

  constructor(
    readonly reason: 'notJson' | 'notAnEvent' | 'productMissing' | 'notANotice',
    message: string,
  ) {
    super(message);
  }
}

/**
 * The parts of an error that may be logged: its name, AWS's request id and where it was thrown. The message is left
 * out, because parsers and SDKs quote their input, which may be a token or an e-mail address.
 */
export function toErrorIds(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  // The input is at fault, so a stack trace would not help.
  if (error instanceof UnusableInputError) return { errorName: error.name, reason: error.reason };
  const aws = awsError.safeParse(error);
  return {
    errorName: error.name,
    errorAt: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(aws.success && { awsRequestId: aws.data.$metadata.requestId, awsStatus: aws.data.$metadata.httpStatusCode }),
    ...(error.cause !== undefined && { cause: toErrorIds(error.cause) }),
  };
}
