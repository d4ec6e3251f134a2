import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Bucket } from './buckets';

const path = z.object({ '*': z.string() });
const listing = z.object({ 'list-type': z.literal('2'), prefix: z.string().default('') });

/**
 * The part of S3 that the operator's commands use: ListObjectsV2 (always in one page), GetObject and DeleteObject, with
 * the bucket in the path.
 * @returns whether the request was for S3.
 */
export function answerS3(
  request: FastifyRequest,
  { reply, buckets }: { reply: FastifyReply; buckets: readonly Bucket[] },
): boolean {
  const parsed = path.safeParse(request.params);
  if (!parsed.success || !['GET', 'DELETE'].includes(request.method)) return false;
  const [name, ...parts] = parsed.data['*'].split('/');
  const bucket = buckets.find(({ physicalName }) => physicalName === name);
  if (bucket === undefined) return false;
  const key = parts.join('/');
  const listed = listing.safeParse(request.query);
  if (key === '' && listed.success) void sendXml(reply, listOf(bucket, listed.data.prefix));
  else if (request.method === 'DELETE')
    // The machine refuses some keys as names of files.
    bucket.delete(key).then(
      () => reply.code(204).send(),
      (error: unknown) => reply.code(500).send({ message: String(error) }),
    );
  else sendObject(reply, bucket.get(key));
  return true;
}

function sendObject(reply: FastifyReply, body: string | undefined): void {
  if (body !== undefined) void reply.type('application/octet-stream').send(body);
  else
    void sendXml(reply.code(404), '<Error><Code>NoSuchKey</Code><Message>There is no such object.</Message></Error>');
}

function listOf(bucket: Bucket, prefix: string): string {
  const contents = bucket
    .list(prefix)
    .map(
      ({ key, body, putAtMs }) =>
        `<Contents><Key>${escaped(key)}</Key><LastModified>${new Date(putAtMs).toISOString()}</LastModified>` +
        `<Size>${Buffer.byteLength(body)}</Size></Contents>`,
    );
  return (
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket.physicalName}</Name>` +
    `<KeyCount>${contents.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`
  );
}

function sendXml(reply: FastifyReply, xml: string): FastifyReply {
  return reply.type('application/xml').send(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

/** Text within an element of XML. */
export const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
