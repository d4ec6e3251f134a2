import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runOps } from '../../ops/program';
import { RecordingTerminal } from '../fakes/recording-terminal';

const FILES = [
  'README.md',
  'simulator/README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Each command line of `npm run ops` in a document, up to the end of the code. */
const LINES = FILES.flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/npm run ops -- ([^`\n]*)/g)].map(([, line = '']) => ({ file, line })),
).filter(({ line }) => !/^(--local …|COMMAND)$/.test(line.trim()));

/** The words that a reader replaces. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  HOUR: '2026-11-23T05',
  'YYYY-MM': '2026-11',
  TEST_ACCOUNT: '111122223333',
};

function argumentsOf(line: string): string[] {
  const [command = ''] = line.split(/\s+#/);
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? PLACEHOLDERS[word] ?? word);
}

describe('a command of npm run ops in the documents', () => {
  it('is found in several documents', () => {
    expect(new Set(LINES.map(({ file }) => file)).size).toBeGreaterThan(2);
  });

  it.each(LINES)('has arguments that exist: $line ($file)', async ({ line }) => {
    const terminal = new RecordingTerminal();
    // Nothing listens there, so a command that is understood fails when it looks for the stack.
    const exitCode = await runOps([...argumentsOf(line), '--local', '--port', '1'], terminal);
    expect([exitCode, terminal.errors]).toEqual([1, expect.stringContaining('npm start')]);
  });
});
