import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noticeSchemaFiles } from './notice-schemas';

/** `npm run schemas`: writes the JSON schema of every kind of notice and deletes the schemas of kinds that are gone. */
const FOLDER = 'schemas';

const files = await noticeSchemaFiles();
mkdirSync(FOLDER, { recursive: true });
for (const name of readdirSync(FOLDER).filter((name) => name.endsWith('.json') && !files.has(name)))
  rmSync(join(FOLDER, name));
for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
console.log(`Wrote ${files.size} schemas to ${FOLDER}/.`);
