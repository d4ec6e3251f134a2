import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { OperatorError, UsageError } from '../errors';

/** A file that may be one of AWS's usage feed. */
export interface FeedFile {
  /** Its path or address, for messages. */
  file: string;
  /** Found in a folder, where other feeds may lie, too. */
  isFound: boolean;
  open(): Promise<NodeJS.ReadableStream>;
}

/**
 * The file at a path or address, or all `.csv` files below it.
 * @throws UsageError when it cannot be listed.
 */
export async function feedFilesAt(path: string, s3: S3Client): Promise<FeedFile[]> {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(path) ?? [];
  try {
    return bucket === undefined ? filesAt(path) : await objectsAt(s3, { bucket, prefix });
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function filesAt(path: string): FeedFile[] {
  const fileAt = (file: string, isFound: boolean) => ({ file, isFound, open: async () => createReadStream(file) });
  if (!statSync(path).isDirectory()) return [fileAt(path, false)];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => fileAt(join(path, name), true));
}

async function objectsAt(s3: S3Client, { bucket, prefix }: { bucket: string; prefix: string }): Promise<FeedFile[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
    keys.push(...Contents.flatMap(({ Key = '' }) => (Key.endsWith('.csv') ? [Key] : [])));
  return keys.sort().map((key) => ({
    file: `s3://${bucket}/${key}`,
    isFound: key !== prefix,
    open: async () => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (Body instanceof Readable) return Body;
      throw new OperatorError(`S3 gave no content of s3://${bucket}/${key}. Try again.`);
    },
  }));
}

export function cannotRead(path: string, cause: unknown): UsageError {
  const why = path.startsWith('s3://') && cause instanceof Error ? ` (${cause.name})` : '';
  const permissions = why === '' ? 'permissions' : 'permissions: s3:ListBucket, s3:GetObject and the use of its key';
  return new UsageError(`${path} cannot be read${why}. Check its path and ${permissions}.`, { cause });
}
