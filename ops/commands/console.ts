import { once } from 'node:events';
import { examples, type OpsCommand } from '../command';
import { wholeNumber } from '../output/whole-number';
import { needs } from '../permissions';

/** Serves the console until it is interrupted. */
export const browserConsole: OpsCommand = (program, reporting) => {
  program
    .command('console')
    .summary('show all of this in a browser, until Ctrl-C')
    .description(
      'show all of this in a browser, until Ctrl-C.\n' +
        'It answers on this machine only, to whoever has the address that it prints, with your credentials. It reads\n' +
        'and changes nothing. --port is the port of the local stack; the console has its own.',
    )
    .option('--console-port <number>', 'port of the console; 0: any that is free', wholeNumber(0, 65_535), 0)
    .addHelpText('after', needs({ PersonalData: 'to search for a company' }))
    .addHelpText('after', examples('console --local', 'console --stack Billing --console-port 4701'))
    .action(
      reporting(async (ops, { consolePort }: { consolePort: number }) => {
        // Loaded here, because no other command serves anything.
        const { startConsole } = await import('../console/server');
        const { address, stop } = await startConsole(ops, { port: consolePort });
        ops.terminal.out(`The console: ${address}\nCtrl-C stops it.`);
        const controller = new AbortController();
        await Promise.race(
          (['SIGINT', 'SIGTERM'] as const).map((signal) => once(process, signal, { signal: controller.signal })),
        ).finally(() => controller.abort());
        await stop();
        return { json: { stopped: true }, text: () => 'The console has stopped.' };
      }),
    );
};
