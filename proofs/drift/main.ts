import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { processTerminal } from '../../ops/output/terminal';
import { FACTS_FILE, readFacts } from './aws-facts';
import { compare } from './compare';
import { Newest } from './newest';
import { report } from './report';

interface Options {
  strict: boolean;
  write: boolean;
}

await runCommandLine(
  commandLine('drift', '', '--strict', '--write')
    .description(
      'Compares the facts about AWS that this project relies on with the newest\n' +
        "botocore and JavaScript clients, which it gets with the machine's own pip\n" +
        'and npm. Prints every difference with the files it concerns.',
    )
    .option('--strict', 'exit with 1 when something differs', false)
    .option('--write', `write what was found into ${FACTS_FILE}`, false)
    .action(async ({ strict, write }: Options) => {
      const folder = mkdtempSync(join(tmpdir(), 'drift-'));
      try {
        const facts = readFacts();
        processTerminal.hint('Getting the newest models and clients with pip and npm …');
        const found = await compare(facts, new Newest(folder));
        console.log(report(found, facts));
        if (write) writeFileSync(FACTS_FILE, `${JSON.stringify(found.facts, undefined, 2)}\n`);
        if (strict && found.differences.length > 0) process.exitCode = 1;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
);
