import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Ops, Report } from '../command';
import { UsageError } from '../errors';
import { putAct, putOutcome, type ActOutcome } from './acts';
import type { Because } from './because';

export interface Audited {
  command: string;
  /** The arguments that are ids, times or digests; undefined ones are left out. Never a name or a text. */
  ids: Readonly<Record<string, string | undefined>>;
  because: Because;
  /** Without it nothing is changed, so nothing is recorded. */
  apply: boolean | undefined;
}

/**
 * Does the work of a command that changes something. Who does what and why is stored before the work begins, and how it
 * ended after it. If the first cannot be stored, the work does not begin.
 */
export async function audited(
  { installation }: Pick<Ops, 'installation'>,
  { command, ids, because: { reason, ticket }, apply }: Audited,
  work: () => Promise<Report>,
): Promise<Report> {
  if (apply !== true) return work();
  const now = () => new Date(installation.clock.now()).toISOString();
  const given = Object.entries(ids).flatMap(([name, id]): [string, string][] => (id === undefined ? [] : [[name, id]]));
  const who = await installation.caller();
  const act = { at: now(), who, command, ids: Object.fromEntries(given), ...stated({ reason, ticket }) };
  const key = await putAct(installation, act);
  const end = async (ended: Omit<ActOutcome, 'endedAt'>) => putOutcome(installation, key, { endedAt: now(), ...ended });
  const report = await work().catch(async (error: unknown) => {
    await end({ outcome: 'failed', error: nameOf(error) });
    throw error;
  });
  await end({ outcome: report.exitCode === 1 ? 'doneInPart' : 'done' });
  return report;
}

const stated = ({ reason, ticket }: Because): Because => ({ ...(reason && { reason }), ...(ticket && { ticket }) });

/** A message could quote what the operator typed. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** SHA-256 of a file, which names it in the audit without the words of its path. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk);
  } catch (cause) {
    throw new UsageError(`The file ${file} cannot be read. Check its path and permissions.`, { cause });
  }
  return hash.digest('hex');
}
