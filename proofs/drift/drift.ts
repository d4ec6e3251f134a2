import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processTerminal } from '../../ops/output/terminal';
import { FACTS_FILE, readFacts } from './aws-facts';
import { compare } from './compare';
import { Newest } from './newest';
import { report } from './report';

export interface DriftOptions {
  /** Whether a difference is a failure. */
  strict: boolean;
  /** Whether what was found becomes the facts. */
  write: boolean;
}

/** Compares the facts with the newest models and clients, and prints every difference. @returns the exit code */
export async function drift({ strict, write }: DriftOptions): Promise<0 | 1> {
  const folder = mkdtempSync(join(tmpdir(), 'drift-'));
  try {
    const facts = readFacts();
    processTerminal.hint('Getting the newest models and clients with pip and npm …');
    const found = await compare(facts, new Newest(folder));
    console.log(report(found, facts));
    if (write) writeFileSync(FACTS_FILE, `${JSON.stringify(found.facts, undefined, 2)}\n`);
    return strict && found.differences.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
