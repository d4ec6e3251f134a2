import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../local/stack/local-stack';
import { stacks } from './fixtures/an-assembly';

const { start, stopAll } = stacks();
afterEach(stopAll);

const givenStack = (folder?: string) =>
  start({ resources: { Bucket: { Type: 'AWS::S3::Bucket' } } }, folder === undefined ? {} : { folder });

const bucketOf = (stack: LocalStack) =>
  stack.status().resources.find(({ type }) => type === 'AWS::S3::Bucket')?.physicalId ?? '';

/** With headers and a path that `fetch` does not let a program send. */
const statusOf = (stack: LocalStack, target: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { port } = new URL(stack.url);
    const [method, path] = target.split(' ');
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asked.on('error', reject).end();
  });

describe('the local stack', () => {
  it.each([
    '/',
    '/_stack',
    '/_stack/clock',
    '/%5fstack/clock',
    'http://127.0.0.1/_stack/clock',
    '/_aws/Bucket?list-type=2',
    '/_%61ws/Bucket?list-type=2',
  ])('answers no other page at %s', async (path) => {
    const stack = await givenStack();
    const { port } = new URL(stack.url);
    const foreign: Record<string, string>[] = [
      { host: 'evil.example' },
      { origin: 'https://evil.example' },
      { origin: `http://127.0.0.1:${Number(port) + 1}` },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign)
      expect([headers, await statusOf(stack, `GET ${path}`, headers)]).toEqual([headers, 403]);
    expect(await statusOf(stack, `GET ${path}`)).not.toBe(403);
    expect(await statusOf(stack, `GET ${path}`, { host: `localhost:${port}` })).not.toBe(403);
  });

  it('lets the page of AWS Marketplace post to the HTTP API', async () => {
    const stack = await givenStack();
    expect(await statusOf(stack, 'POST /register', { origin: 'https://aws.amazon.com' })).toBe(404);
  });

  it.each(['..%2f', '..%5c', './../', '%2e%2e/'])('keeps the keys of a bucket in its folder: %s', async (up) => {
    const folder = mkdtempSync(join(tmpdir(), 'stack-'));
    const outside = join(folder, 'outside');
    writeFileSync(outside, 'kept');
    const stack = await givenStack(join(folder, 'inside'));
    const physicalId = bucketOf(stack);
    for (let depth = 1; depth <= 5; depth += 1)
      await statusOf(stack, `DELETE /_aws/${physicalId}/${up.repeat(depth)}outside`);
    expect(existsSync(outside)).toBe(true);
  });

  it('survives a key that cannot be the name of a file', async () => {
    const stack = await givenStack(mkdtempSync(join(tmpdir(), 'stack-')));
    expect(await statusOf(stack, `DELETE /_aws/${bucketOf(stack)}/%00`)).toBe(500);
    expect(await statusOf(stack, 'GET /_stack/clock')).toBe(200);
  });
});
