import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { keepingBodyIn, type KeptBody } from '../../lambdas/shared/marketplace/kept-body';

const BODY = '{"Dimension":"größe"}';

/** What is kept of AWS's response, and the response as the client gets it. */
async function received(response: unknown) {
  const kept: KeptBody = {};
  const result = await keepingBodyIn(kept)(async () => ({ response }))({});
  return { kept, response: result.response };
}

describe('the kept body of an answer', () => {
  it.each([
    ['a stream', Readable.from([Buffer.from(BODY).subarray(0, 17), Buffer.from(BODY).subarray(17)])],
    ['bytes', new TextEncoder().encode(BODY)],
  ])('is the text of %s, and the client reads the same', async (_what, body) => {
    await expect(received({ statusCode: 200, body })).resolves.toEqual({
      kept: { body: BODY },
      response: { statusCode: 200, body: Buffer.from(BODY) },
    });
  });

  it.each([
    ['a refusal', { statusCode: 400, body: Readable.from(['{}']) }],
    ['a failure of AWS', { statusCode: 500, body: Readable.from(['{}']) }],
    ['no response', undefined],
  ])('is absent for %s, which the client reads itself', async (_what, response) => {
    const { kept, response: passedOn } = await received(response);
    expect(kept).toEqual({});
    expect(passedOn).toBe(response);
    expect(response?.body.readableDidRead).not.toBe(true);
  });

  it.each([undefined, BODY])(
    'fails for a success with the body %j, because it is not known what AWS answered',
    async (body) => {
      await expect(received({ statusCode: 200, body })).rejects.toThrow('stream or with bytes');
    },
  );
});
