import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, runCommandLine } from '../../ops/output/command-line';

const FOLDER = 'schemas';

async function writeSchemas(): Promise<void> {
  const { noticeSchemaFiles } = await import('./notice-schemas');
  const files = await noticeSchemaFiles();
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.json') && !files.has(name)))
    rmSync(join(FOLDER, name));
  for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
  console.log(`Wrote ${files.size} schemas to ${FOLDER}/.`);
}

await runCommandLine(
  commandLine('schemas', '')
    .description('Writes the JSON schema of every kind of notice, and deletes the schemas of kinds that are gone.')
    .action(writeSchemas),
);
