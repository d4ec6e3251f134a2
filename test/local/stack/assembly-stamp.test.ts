import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changedSince, stamp } from '../../../local/stack/assembly-stamp';

let folder: string;
let assembly: string;
let configuration: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'));
  assembly = join(folder, 'cdk.out');
  configuration = join(folder, 'mine.json');
  mkdirSync(assembly);
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'stack.ts'), 'one');
  writeFileSync(configuration, '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const reason = (config = configuration) => changedSince(assembly, [join(folder, 'lib'), config]);

function synthesize(template: string): void {
  const finished = stamp(assembly, [join(folder, 'lib'), configuration]);
  writeFileSync(join(assembly, 'manifest.json'), template);
  finished();
}

describe('a synthesized template', () => {
  it('is fresh while its sources say the same, whatever the times of their files', () => {
    expect(reason()).toBe('it does not exist yet');
    synthesize('{}');
    const later = new Date('2100-01-01T00:00:00Z');
    utimesSync(join(folder, 'lib', 'stack.ts'), later, later);
    expect(reason()).toBeUndefined();
  });

  it('is stale when a source says something else, even in an older file', () => {
    synthesize('{}');
    const before = new Date('2020-01-01T00:00:00Z');
    writeFileSync(join(folder, 'lib', 'stack.ts'), 'two');
    utimesSync(join(folder, 'lib', 'stack.ts'), before, before);
    expect(reason()).toMatch(/stack\.ts has changed$/);
  });

  it('is stale for another configuration file, and for a deleted source', () => {
    synthesize('{}');
    writeFileSync(join(folder, 'other.json'), '{}');
    expect(reason(join(folder, 'other.json'))).toMatch(/json has changed$/);
    rmSync(join(folder, 'lib', 'stack.ts'));
    expect(reason()).toMatch(/stack\.ts has changed$/);
  });

  it('is stale when somebody else has synthesized it since, perhaps with another configuration', () => {
    synthesize('{}');
    writeFileSync(join(assembly, 'manifest.json'), '{"other":true}');
    expect(reason()).toBe('it is not known what it was made from');
  });
});
