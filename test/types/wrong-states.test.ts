import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import ts from 'typescript';

const PROBE = join(import.meta.dirname, 'wrong-states.ts');

/** The lines, from 1, at which the compiler finds the file wrong. */
function linesWithErrors(file: string): number[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
  const program = ts.createProgram([file], options);
  const source = program.getSourceFile(file);
  const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return [
    ...new Set(diagnostics.map(({ start = 0 }) => (source?.getLineAndCharacterOfPosition(start).line ?? -1) + 1)),
  ];
}

it('the compiler refuses every state that must not exist, and nothing else in the probe', () => {
  const lines = readFileSync(PROBE, 'utf8').split('\n');
  const wrong = lines.flatMap((line, index) => (line.startsWith('// Wrong:') ? [index + 2] : []));
  expect(wrong.length).toBeGreaterThan(12);
  expect(linesWithErrors(PROBE)).toEqual(wrong);
});
