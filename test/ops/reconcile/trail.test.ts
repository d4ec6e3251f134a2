import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { monthArgument } from '../../../ops/arguments';
import { lookUpEvents, PAUSE_MS, readTrailFiles } from '../../../ops/reconcile/trail';
import { mockClass } from '../../fakes/mock-class';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trail-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cloudTrail = mockClass(CloudTrailClient);
beforeEach(() => {
  cloudTrail.reset();
  cloudTrail.rejects(new Error('unexpected call'));
});

describe("a trail's log files", () => {
  it('reads log files packed and unpacked, in any subfolder, and skips digest files', () => {
    const deep = join(folder, 'AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/03');
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'a.json.gz'), gzipSync(JSON.stringify({ Records: [{ a: 1 }, { b: 2 }] })));
    writeFileSync(join(folder, 'b.json'), JSON.stringify({ Records: [{ c: 3 }] }));
    writeFileSync(join(folder, 'digest.json.gz'), gzipSync(JSON.stringify({ digestStartTime: 'x' })));
    expect([...readTrailFiles(folder)]).toEqual([{ a: 1 }, { b: 2 }, { c: 3 }]);
  });

  it('fails in a sentence when there are no log files or one is broken', () => {
    expect(() => [...readTrailFiles(folder)]).toThrow('no CloudTrail log files');
    expect(() => [...readTrailFiles(join(folder, 'nowhere'))]).toThrow('cannot be read');
    writeFileSync(join(folder, 'a.json.gz'), 'not packed');
    expect(() => [...readTrailFiles(folder)]).toThrow('is not a CloudTrail log file');
  });

  it('unpacks no file that would fill the memory', () => {
    // A packed file may have several parts.
    const spaces = gzipSync(Buffer.alloc(1024 * 1024, ' '));
    const parts = [gzipSync('{"Records":[]}'), ...Array<Buffer>(256).fill(spaces)];
    writeFileSync(join(folder, 'bomb.json.gz'), Buffer.concat(parts));
    expect(() => [...readTrailFiles(folder)]).toThrow('cannot be unpacked');
  });
});

describe('the event history', () => {
  const month = monthArgument('2026-11');
  const nowMs = Date.parse('2026-12-02T00:00:00Z');

  it("reads the event history page by page, with a pause, until AWS accepts no more of the month's usage", async () => {
    const page = (id: string, NextToken?: string) => ({
      Events: [{ CloudTrailEvent: `{"eventID":"${id}"}` }],
      NextToken,
    });
    cloudTrail.on(LookupEventsCommand).resolvesOnce(page('1', 'more')).resolvesOnce(page('2'));
    const events: unknown[] = [];
    const sleep = async (ms: number) => void events.push(ms);
    for await (const event of lookUpEvents(new CloudTrailClient({}), { month, nowMs, sleep })) events.push(event);
    // AWS allows two calls a second.
    expect(events).toEqual([{ eventID: '1' }, PAUSE_MS, { eventID: '2' }, PAUSE_MS]);
    expect(PAUSE_MS).toBeGreaterThan(500);
    expect(cloudTrail.commandCalls(LookupEventsCommand)[0]?.args[0].input).toMatchObject({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'BatchMeterUsage' }],
      StartTime: new Date('2026-11-01T00:00:00Z'),
      EndTime: new Date('2026-12-01T07:00:00Z'),
    });
  });

  it('refuses a month that the event history no longer covers', async () => {
    const sleep = async () => undefined;
    const old = lookUpEvents(new CloudTrailClient({}), { month: monthArgument('2026-08'), nowMs, sleep });
    await expect(old.next()).rejects.toThrow('--trail-files');
  });
});
