import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageReporter } from '../../../reporter';

/** A seller's application for killed.test.ts: it reports until it is killed, or only sends what another one has left. */
const [url = '', journal = '', work = ''] = process.argv.slice(2);
/** A file: a pipe can be full. */
const SAY = 1;

const reporter = await UsageReporter.start({
  ...{ url, journal, delayMs: 5, batchSize: 20, firstPauseMs: 5, longestPauseMs: 20 },
  credentials: async () => ({ accessKeyId: 'test', secretAccessKey: 'test' }),
  onRejected: ({ id }, { reason }) => void writeSync(2, `rejected ${id} ${reason}\n`),
  onProblem: () => undefined,
});
for (let n = 1; work === 'report'; n += 1) {
  const id = reporter.report({ subscriptionId: 's-1', dimension: 'events', quantity: n });
  // At once: nothing that was said is lost with the process.
  writeSync(SAY, `${id} ${n}\n`);
  while (n % 10 === 0 && (await sleep(1, true)) && reporter.pending > 200);
}
const left = await reporter.close({ withinMs: 60_000 });
writeSync(SAY, `${left} left\n`);
