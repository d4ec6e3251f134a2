import { createServer } from 'node:net';
import pc from '../ops/output/colours';
import { buy, type RunningMarketplace } from '../simulator';
import { readConfigurationFile } from '../ops/installation/configuration';
import { startStackWithMarketplace } from './stack-with-marketplace';
import { untilInterrupted } from './stack/interrupted';
import { PortTakenError } from './stack/server';
import type { LocalStack } from './stack/local-stack';
import { startStack } from './stack/stack';
import { synthesizeIfStale } from './stack/synthesize';

export interface StartOptions {
  port: number;
  marketplacePort: number;
  config: string;
  folder: string;
}

/** Runs until it is interrupted. */
export async function runLocally({ port, marketplacePort, config, folder }: StartOptions): Promise<void> {
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
  try {
    console.log(welcome(running.stack, { simulator: running.simulator, folder }));
    await interrupted;
    say('Stopping …');
  } finally {
    await running.stop();
  }
}

async function requireFree(wanted: number): Promise<void> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false)).listen(wanted, '127.0.0.1', () => resolve(true));
  });
  if (!free) throw new PortTakenError(wanted);
  await new Promise((resolve) => server.close(resolve));
}

function say(line: string): void {
  console.log(pc.dim(line));
}

interface Surroundings {
  simulator: RunningMarketplace | undefined;
  folder: string;
}

function welcome(stack: LocalStack, { simulator, folder }: Surroundings): string {
  const token = newToken(simulator);
  const { url, controlUrl } = stack;
  const subscriptionId = `$(curl -s ${controlUrl}/tables/subscriptions | grep -o 's-[0-9a-f]\\{26\\}' | tail -1)`;
  const time = `$(curl -s ${controlUrl}/clock | cut -d'"' -f4)`;
  const dimension = simulator?.marketplace.products()[0]?.dimensions[0] ?? 'DIMENSION';
  const usage = `[{\\"id\\":\\"$(date +%s)\\",\\"subscriptionId\\":\\"${subscriptionId}\\",\\"dimension\\":\\"${dimension}\\",\\"quantity\\":1.5,\\"time\\":\\"${time}\\"}]`;
  const ledger = simulator === undefined ? '' : ` && curl -s ${simulator.endpoint}/_marketplace/ledger`;
  return `
${pc.bold('The stack')}            ${pc.cyan(url)}      (control: ${controlUrl}, DynamoDB: ${stack.dynamodbEndpoint})
${pc.bold('AWS Marketplace')}      ${pc.cyan(simulator?.endpoint ?? process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING ?? '')}  (open it to act as a buyer)
${pc.bold('Logs, S3 objects')}     ${folder}/logs, ${folder}/s3

${pc.bold('1. Register')} a buyer:
curl -s -o /dev/null -w '%{http_code} %{redirect_url}\\n' ${url}/register --data-urlencode 'x-amzn-marketplace-token=${token}'

${pc.bold('2. Report usage')} of that buyer:
curl -s --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test -H 'content-type: application/json' ${url}/usage -d "${usage}"

${pc.bold('3. Run the hour')}: move the clock past this hour, meter it, and show what AWS would bill:
curl -s -X POST ${controlUrl}/run-hour${ledger}

${pc.dim('Ctrl-C stops everything.')}`;
}

/** The token of a new buyer, or a placeholder when the marketplace is not ours. */
function newToken(simulator: RunningMarketplace | undefined): string {
  const product = simulator?.marketplace.products()[0];
  if (simulator === undefined || product === undefined) return 'TOKEN';
  const { agreementId } = buy(simulator.marketplace, { productCode: product.productCode });
  return simulator.marketplace.issueToken(agreementId).token;
}
