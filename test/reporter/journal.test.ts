import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aReporter, ANSWERS } from './a-reporter';

let folder: string;
let journal: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  journal = join(folder, 'usage.journal');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A reporter that could send nothing and was stopped. */
async function leave(count: number): Promise<void> {
  const { reporter, report, pass } = await aReporter({ journal, answer: ANSWERS.busy });
  report(count);
  const closing = reporter.close({ withinMs: 0 });
  await pass(0);
  expect(await closing).toBe(count);
}

/** What the next reporter sends. */
async function next() {
  const found = await aReporter({ journal });
  await found.reporter.close();
  return found;
}

describe('a journal', () => {
  it('has an event when report returns, and after a sync the disk has it', async () => {
    const { reporter, report } = await aReporter({ journal });
    report(1);
    expect(readFileSync(journal, 'utf8')).toContain('"id":"id-1"');
    await reporter.sync();
    await reporter.close();
  });

  it('gives what was left to the next reporter, under the same ids, and tells nobody that it was lost', async () => {
    const { reporter, report, rejected, pass } = await aReporter({
      journal,
      answer: (events) => ({
        status: 200,
        body: { results: events.map(({ id }) => ({ id, status: id === 'id-2' ? 'retry' : 'accepted' })) },
      }),
    });
    report(3);
    const closing = reporter.close({ withinMs: 50 });
    await pass(50);
    expect([await closing, rejected]).toEqual([1, []]);
    expect((await next()).sentIds()).toEqual([['id-2']]);
    expect((await next()).sentIds()).toEqual([]);
  });

  it('keeps a rejected event until it was told', async () => {
    const told: boolean[] = [];
    const { reporter, report } = await aReporter({
      journal,
      answer: () => ({ status: 400, body: {} }),
      onRejected: () => void told.push(readFileSync(journal, 'utf8').includes('answered')),
    });
    report(1);
    await reporter.close();
    expect([told, readFileSync(journal, 'utf8').includes('answered')]).toEqual([[false], true]);
  });

  it('ignores a line that a crash cut off', async () => {
    await leave(2);
    const torn = '0a1b2c3d {"number":3,"event":{"id":"id-3","subs';
    appendFileSync(journal, torn);
    const { sentIds, problems, reporter } = await next();
    expect([sentIds(), problems]).toEqual([[['id-1', 'id-2']], []]);
    expect(reporter.pending).toBe(0);
    expect(readFileSync(journal, 'utf8')).not.toContain(torn);
  });

  it('with a changed digit tells it, is kept aside, and loses no other event', async () => {
    await leave(3);
    const damaged = readFileSync(journal, 'utf8').replace('"quantity":"1"', '"quantity":"9"');
    writeFileSync(journal, damaged);
    const { sentIds, problems } = await next();
    expect(sentIds()).toEqual([['id-2', 'id-3']]);
    expect(problems).toEqual([expect.stringMatching(/1 damaged line\(s\), first 1. It is kept as .*damaged-/)]);
    const aside = readdirSync(folder).filter((name) => name.includes('.damaged-'));
    expect(aside.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([damaged]);
  });

  it('does not grow with what was answered', async () => {
    const { reporter, report } = await aReporter({ journal, maxPending: 2000 });
    for (let round = 0; round < 12; round += 1) {
      report(1000);
      await reporter.flush();
    }
    await reporter.close();
    // 12,000 events took more than 2 MB.
    expect(statSync(journal).size).toBeLessThan(1_300_000);
    expect((await next()).sentIds()).toEqual([]);
  });

  it('is not shared, and is free again when its reporter was closed', async () => {
    const { reporter } = await aReporter({ journal });
    await expect(aReporter({ journal })).rejects.toThrow('Another reporter uses the journal');
    await Promise.all([reporter.close(), reporter.close()]);
    await next();
    expect(readdirSync(folder)).toEqual(['usage.journal']);
  });

  it('is free when the process that held it was killed', async () => {
    const code = `require('net').createServer().listen(process.argv[1], () => console.log('listens'))`;
    const child = spawn(process.execPath, ['-e', code, `${journal}.lock-00000000`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect(aReporter({ journal })).rejects.toThrow('Another reporter uses the journal');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await next();
    expect(readdirSync(folder)).toEqual(['usage.journal']);
  });

  it('in a folder whose path is too long for the lock is refused in words', async () => {
    const far = join(folder, 'x'.repeat(120), 'usage.journal');
    await expect(aReporter({ journal: far })).rejects.toThrow('too long');
  });
});
