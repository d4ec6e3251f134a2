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
  const { START_FILE_SCHEMA, startFileSchema } = await import('./start-file-schema');
  writeFileSync(START_FILE_SCHEMA, await startFileSchema());
  console.log(`Wrote ${files.size} schemas to ${FOLDER}/, and ${START_FILE_SCHEMA}.`);
}

await runCommandLine(
  commandLine('schemas', '')
    .description(
      'Writes the JSON schema of every kind of notice, deletes the schemas of kinds that are\n' +
        "gone, and writes the schema of the simulator's start file.",
    )
    .action(writeSchemas),
);
