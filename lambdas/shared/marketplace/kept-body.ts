import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** The text of a successful answer, for members that the client does not know. Absent when there was none. */
export interface KeptBody {
  body?: string;
}

/** Next to the wire, so that the client reads the body afterwards. */
export const KEEP_BODY = { step: 'deserialize', priority: 'low', name: 'keepBody' } as const;

export function keepingBodyIn(answer: KeptBody) {
  return <Args, Result extends { response: unknown }>(next: (args: Args) => Promise<Result>) =>
    async (args: Args): Promise<Result> => {
      const result = await next(args);
      const { response } = result;
      if (!isSuccess(response)) return result;
      answer.body = await textOf(response.body);
      response.body = Buffer.from(answer.body);
      return result;
    };
}

/** @throws Error for a body that cannot be read, which leaves it unknown what AWS answered. */
async function textOf(body: unknown): Promise<string> {
  if (body instanceof Readable) return text(body);
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  throw new Error('The client does not answer with a stream or with bytes.');
}

const success = z.object({ statusCode: z.literal(200) });

function isSuccess(response: unknown): response is { statusCode: 200; body: unknown } {
  return success.safeParse(response).success;
}
