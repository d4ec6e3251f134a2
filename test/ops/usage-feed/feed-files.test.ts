import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { aLine, HEADER, readAt } from './a-feed';
import { mockClass } from '../../fakes/mock-class';

const s3 = mockClass(S3Client);
const objects = new Map<string, string>();

beforeEach(() => {
  s3.reset();
  objects.clear();
  // Two keys a page.
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = '', ContinuationToken = '0' }) => {
    const keys = [...objects.keys()].filter((key) => key.startsWith(String(Prefix)));
    const from = Number(ContinuationToken);
    const NextContinuationToken = from + 2 < keys.length ? String(from + 2) : undefined;
    return { Contents: keys.slice(from, from + 2).map((Key) => ({ Key })), NextContinuationToken };
  });
  s3.on(GetObjectCommand).callsFake(({ Key }) => ({ Body: Readable.from([objects.get(String(Key))]) }));
});

const given = (key: string, ...lines: string[]) => objects.set(key, [HEADER, ...lines, ''].join('\n'));

describe('the usage feed in its bucket', () => {
  it('is read page by page from below the prefix, besides other feeds and files', async () => {
    objects.set('accountfeed_v1/year=2026/month=07/data.csv', 'account_id\n1\n');
    objects.set('README.txt', 'x');
    given('dailyusagefeed_v1/year=2026/month=07/data.csv', aLine());
    given('dailyusagefeed_v1/year=2026/month=08/data.csv', aLine({ usage_feed_id: 'row-2', usage_date: '2026-07-31' }));
    given('old/data.csv', aLine({ usage_feed_id: 'row-3' }));
    expect((await readAt('s3://feeds')).rows).toHaveLength(3);
    expect((await readAt('s3://feeds/dailyusagefeed_v1/')).rows).toHaveLength(2);
  });

  it('names the object of a wrong row', async () => {
    given('a/data.csv', aLine({ usage_quantity: 'many' }));
    await expect(readAt('s3://feeds/a')).rejects.toThrow('s3://feeds/a/data.csv, line 2');
  });

  it('refuses an object that is named and is of another feed', async () => {
    objects.set('data.csv', 'account_id\n1\n');
    await expect(readAt('s3://feeds/data.csv')).rejects.toThrow('not of the Daily Usage data feed');
  });

  it.each([['list'], ['get']])('says which permissions are missing when AWS denies to %s', async (which) => {
    given('data.csv', aLine());
    const denied = Object.assign(new Error('denied'), { name: 'AccessDenied' });
    if (which === 'list') s3.on(ListObjectsV2Command).rejects(denied);
    else s3.on(GetObjectCommand).rejects(denied);
    await expect(readAt('s3://feeds')).rejects.toThrow(/cannot be read \(AccessDenied\).*s3:ListBucket, s3:GetObject/);
  });
});
