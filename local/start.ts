import { commandLine, runCommandLine } from '../ops/output/command-line';
import { wholeNumber } from '../ops/output/whole-number';
import type { StartOptions } from './run-locally';

const port = wholeNumber(1, 65_535);

await runCommandLine(
  commandLine('start', '', '--port 3001 --marketplace-port 4601', '--config mine.json')
    .description('Runs the stack and the AWS Marketplace simulator on this machine.')
    .option('--port <number>', 'port of the stack', port, 3000)
    .option('--marketplace-port <number>', 'port of the simulator', port, 4600)
    .option('--console-port <number>', 'port of the console; 0: any that is free', wholeNumber(0, 65_535), 0)
    .option('--config <file>', 'the seller configuration', 'marketplace.config.json')
    .option('--folder <folder>', 'folder for logs and S3 objects', '.local')
    .action(async (options: StartOptions) => (await import('./run-locally')).runLocally(options)),
);
