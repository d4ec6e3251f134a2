import * as fs from 'node:fs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';

const disk = { roomBytes: Infinity };

/** Writes what there is room for, and refuses afterwards, as a disk does. */
function writeSync(file: number, bytes: Buffer, from = 0): number {
  const room = Math.min(disk.roomBytes, bytes.length - from);
  if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  disk.roomBytes -= room;
  return fs.writeSync(file, bytes, from, room);
}

// The reporter is loaded again with this disk, and afterwards with the real one.
vi.resetModules();
vi.doMock('node:fs', () => ({ ...fs, writeSync }));
const { aReporter, ANSWERS } = await import('./a-reporter');
afterAll(() => {
  vi.doUnmock('node:fs');
  vi.resetModules();
});

const folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('an event for which the disk has no room is not taken, and leaves no half line behind', async () => {
  const journal = join(folder, 'usage.journal');
  const { reporter, report, pass } = await aReporter({ journal, answer: ANSWERS.busy });
  report(1);
  const before = readFileSync(journal, 'utf8');
  disk.roomBytes = 20;
  expect(() => report(1)).toThrow(expect.objectContaining({ name: 'UsageNotTakenError', reason: 'journal' }));
  expect([readFileSync(journal, 'utf8'), reporter.pending]).toEqual([before, 1]);
  disk.roomBytes = Infinity;
  report(1);
  const closing = reporter.close({ withinMs: 0 });
  await pass(0);
  await closing;
  const { sentIds, reporter: second } = await aReporter({ journal });
  await second.close();
  expect(sentIds()).toEqual([['id-1', 'id-3']]);
});
