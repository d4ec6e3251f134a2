import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { wholeNumber } from '../../ops/output/whole-number';
import type { DemoOptions } from './demo';

const port = wholeNumber(1, 65_535);

await runCommandLine(
  commandLine('demo', '', '--keep')
    .description(
      'Plays a week of five buyers on this machine, with the configuration\n' +
        'proofs/example.config.json, and compares the bill with what they used.',
    )
    .option('--keep', 'leave the week standing, with the console, until Ctrl-C', false)
    .option('--port <number>', 'with --keep: port of the stack', port, 3000)
    .option('--marketplace-port <number>', 'with --keep: port of the simulator', port, 4600)
    .option('--console-port <number>', 'with --keep: port of the console; 0: any free one', wholeNumber(0, 65_535), 0)
    .action(async (options: DemoOptions) => {
      process.exitCode = await (await import('./demo')).demo(options);
    }),
);
