import pc from '../ops/output/colours';
import type { RunningMarketplace } from '../simulator';
import { readConfigurationFile } from '../ops/installation/configuration';
import { firstCommands } from './first-commands';
import { openConsole } from './local-console';
import { startStackWithMarketplace } from './stack-with-marketplace';
import { untilInterrupted } from './stack/interrupted';
import { requireFree } from './stack/free-port';
import type { LocalStack } from './stack/local-stack';
import { startStack } from './stack/stack';
import { synthesizeIfStale } from './stack/synthesize';

export interface StartOptions {
  port: number;
  marketplacePort: number;
  /** 0: any that is free. */
  consolePort: number;
  config: string;
  folder: string;
}

/** Runs until it is interrupted. */
export async function runLocally({ port, marketplacePort, consolePort, config, folder }: StartOptions): Promise<void> {
  const interrupted = untilInterrupted();
  const { products } = readConfigurationFile(config);
  const isOwnMarketplace = process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING === undefined;
  // Checked before anything that takes time.
  for (const wanted of [port, ...(isOwnMarketplace ? [marketplacePort] : [])]) await requireFree(wanted);
  await synthesizeIfStale({ configurationFile: config, say });
  say('Starting DynamoDB, AWS Marketplace and the stack …');
  const stack = { port, folder, tick: true };
  const running = isOwnMarketplace
    ? await startStackWithMarketplace({
        products,
        marketplace: { port: marketplacePort, onFailure: (message) => console.error(pc.yellow(message)) },
        stack,
      })
    : await startStack(stack).then((started) => ({ stack: started, stop: started.stop, simulator: undefined }));
  const page = await openConsole({ port, consolePort, config }).catch(async (error: unknown) => {
    await running.stop();
    throw error;
  });
  try {
    console.log(welcome(running.stack, { simulator: running.simulator, folder, page: page.address }));
    await interrupted;
    say('Stopping …');
  } finally {
    await page.stop();
    await running.stop();
  }
}

function say(line: string): void {
  console.log(pc.dim(line));
}

interface Surroundings {
  simulator: RunningMarketplace | undefined;
  folder: string;
  /** The console's address. */
  page: string;
}

function welcome(stack: LocalStack, { simulator, folder, page }: Surroundings): string {
  const { url, controlUrl } = stack;
  const { register, report, runHour } = firstCommands(stack, simulator);
  return `
${pc.bold('The stack')}            ${pc.cyan(url)}      (control: ${controlUrl}, DynamoDB: ${stack.dynamodbEndpoint})
${pc.bold('AWS Marketplace')}      ${pc.cyan(simulator?.endpoint ?? process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING ?? '')}  (buyers, calls, events, ledger, faults)
${pc.bold('Console')}              ${pc.cyan(page)}
${pc.bold('Logs, S3 objects')}     ${folder}/logs, ${folder}/s3

${pc.bold('1. Register')} a buyer:
${register}

${pc.bold('2. Report usage')} of that buyer:
${report}

${pc.bold('3. Run the hour')}: move the clock past this hour, meter it, and show what AWS would bill:
${runHour}

${pc.dim('Ctrl-C stops everything.')}`;
}
