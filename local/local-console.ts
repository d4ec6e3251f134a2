import { startConsole } from '../ops/console/server';
import { readConfiguration } from '../ops/installation/configuration';
import { openLocalStack } from '../ops/installation/local-stack';
import { processTerminal } from '../ops/output/terminal';

export interface ConsoleOfStack {
  /** The stack's port. */
  port: number;
  /** 0: any that is free. */
  consolePort: number;
  /** The file that the stack's template was made with. */
  config: string;
}

/** The operator's console on the stack, as `npm run ops -- console --local` starts it. */
export async function openConsole({ port, consolePort, config }: ConsoleOfStack) {
  const installation = await openLocalStack({ port, config, region: 'us-east-1' });
  const ops = { installation, configuration: () => readConfiguration(config, installation), terminal: processTerminal };
  const { address, stop } = await startConsole(ops, { port: consolePort });
  return {
    address,
    stop: async () => {
      await stop();
      installation.close();
    },
  };
}
