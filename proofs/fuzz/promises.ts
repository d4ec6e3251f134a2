import { logFaults, type RecordingLog } from '../stand-ins/recording-log';

/**
 * Planted in every text that an attacker controls; no function may output it. It consists of letters and digits, so
 * that no encoding hides it.
 */
export const MARK = 'zq7mark';

/** A promise that a case broke; the message says which. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

export function promise(kept: boolean, sentence: string): asserts kept {
  if (!kept) throw new BrokenPromise(sentence);
}

function carriesMark(text: string): boolean {
  return text.toLowerCase().includes(MARK);
}

/** `at verb (file.ts:1:2)` */
const STACK_FRAME = /(?:\.[cm]?[jt]s|node:[\w/]+):\d+:\d+/;

export function promiseNoLeak(where: string, text: string): void {
  promise(!carriesMark(text), `${where} shows input: ${around(text)}`);
  promise(!STACK_FRAME.test(text), `${where} shows a stack trace`);
}

function around(text: string): string {
  const at = text.toLowerCase().indexOf(MARK);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + 80));
}

/**
 * No line of the log contains input. Stack frames (`errorAt`) help the operator, so they may appear only when a store
 * failed.
 */
export function promiseCleanLog(log: RecordingLog, { mayName }: { mayName: boolean }): void {
  const [fault] = logFaults.splice(0);
  promise(fault === undefined, `the log has a wrong line: ${fault}`);
  for (const written of log.lines) {
    // The operator finds an event by its id, so the log may contain a short id.
    const line = written.replace(/"eventId":"[\w-]{1,100}"/, '');
    promise(!carriesMark(line), `the log shows input: ${around(line)}`);
    promise(line.length < 8_000, `the log has a line of ${line.length} characters`);
    if (!mayName) promise(!STACK_FRAME.test(line), `the log has a stack trace: ${line.slice(0, 300)}`);
  }
}

/** Each metric name costs money, so names come from a list, never from the input. */
export function promiseKnownMetrics(counts: Readonly<Record<string, number>>, known: ReadonlySet<string>): void {
  for (const [name, amount] of Object.entries(counts)) {
    promise(known.has(name), `the metric ${JSON.stringify(name)} is not on the list`);
    promise(Number.isSafeInteger(amount) && amount >= 0, `the metric ${name} counts ${amount}`);
  }
}

const pristine = snapshotOfPrototypes();

/** No input may change the prototype of every object. */
export function promiseCleanPrototypes(): void {
  promise(snapshotOfPrototypes() === pristine, 'an object prototype was changed');
  promise(!('polluted' in {}), 'Object.prototype was polluted');
}

function snapshotOfPrototypes(): string {
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Number.prototype];
  return prototypes.map((prototype) => Reflect.ownKeys(prototype).length).join();
}
