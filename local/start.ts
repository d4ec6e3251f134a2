import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import pc from '../ops/output/colours';
import { parseSellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { buy, SimulatedClock, startMarketplace, type RunningMarketplace } from '../simulator';
import { untilInterrupted } from './stack/interrupted';
import { PortTakenError } from './stack/server';
import type { LocalStack } from './stack/local-stack';
import { startStack } from './stack/stack';
import { synthesizeIfStale } from './stack/synthesize';

const port = (text: string) => {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535) throw new InvalidArgumentError('It must be a port number.');
  return number;
};

interface Options {
  port: number;
  marketplacePort: number;
  config: string;
  folder: string;
}

new Command('npm start --')
  .description('The whole stack and a simulator of AWS Marketplace, on this machine.')
  .option('--port <number>', 'port of the stack', port, 3000)
  .option('--marketplace-port <number>', 'port of the simulator', port, 4600)
  .option('--config <file>', 'the seller configuration the template was made from', 'marketplace.config.json')
  .option('--folder <folder>', 'where logs and S3 objects are written', '.local')
  .action(run)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(pc.red(error instanceof Error ? error.message : String(error)));
    if (error instanceof PortTakenError)
      console.error('Choose others: npm start -- --port 3001 --marketplace-port 4601');
    process.exitCode = 1;
  });

async function run(options: Options): Promise<void> {
  const interrupted = untilInterrupted();
  const stops: (() => Promise<void>)[] = [];
  try {
    const ownMarketplace = process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING === undefined;
    // Before anything that takes time.
    for (const wanted of [options.port, ...(ownMarketplace ? [options.marketplacePort] : [])])
      await requireFree(wanted);
    await synthesizeIfStale(say);
    say('Starting DynamoDB Local, AWS Marketplace and the stack …');
    const clock = new SimulatedClock();
    const url = `http://127.0.0.1:${options.port}`;
    const marketplace = ownMarketplace ? await marketplaceFor(options, { clock, url }) : undefined;
    if (marketplace !== undefined) stops.push(marketplace.stop);
    const { port, folder } = options;
    const stack = await startStack({ clock, port, folder, tick: true, marketplaceEndpoint: marketplace?.endpoint });
    stops.push(stack.stop);
    console.log(welcome(stack, { marketplace, folder, token: newToken(marketplace) }));
    await interrupted;
    say('Stopping …');
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function marketplaceFor({ marketplacePort, config }: Options, { clock, url }: { clock: SimulatedClock; url: string }) {
  const { products } = readConfiguration(config);
  return startMarketplace({
    ...{ port: marketplacePort, clock, products },
    registrationUrl: `${url}/register`,
    eventBridgeEndpoint: `${url}/_aws`,
    onFailure: (message) => console.error(pc.yellow(message)),
  });
}

function readConfiguration(file: string) {
  try {
    return parseSellerConfiguration(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The seller configuration ${file} cannot be used: ${reason}`, { cause });
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
  marketplace: RunningMarketplace | undefined;
  folder: string;
  token: string;
}

function welcome(stack: LocalStack, { marketplace, folder, token }: Surroundings): string {
  const { url, controlUrl } = stack;
  const subscriptionId = `$(curl -s ${controlUrl}/tables/subscriptions | grep -o 's-[0-9a-f]\\{26\\}' | tail -1)`;
  const time = `$(curl -s ${controlUrl}/clock | cut -d'"' -f4)`;
  const dimension = marketplace?.marketplace.products()[0]?.dimensions[0] ?? 'DIMENSION';
  const usage = `[{\\"id\\":\\"$(date +%s)\\",\\"subscriptionId\\":\\"${subscriptionId}\\",\\"dimension\\":\\"${dimension}\\",\\"quantity\\":1.5,\\"time\\":\\"${time}\\"}]`;
  const ledger = marketplace === undefined ? '' : ` && curl -s ${marketplace.endpoint}/_marketplace/ledger`;
  return `
${pc.bold('The stack')}            ${pc.cyan(url)}      (control: ${controlUrl}, DynamoDB: ${stack.dynamodbEndpoint})
${pc.bold('AWS Marketplace')}      ${pc.cyan(marketplace?.endpoint ?? process.env.AWS_ENDPOINT_URL_MARKETPLACE_METERING ?? '')}  (open it to play the buyer)
${pc.bold('Logs, S3 objects')}     ${folder}/logs, ${folder}/s3

${pc.bold('1. Register')} a buyer:
curl -s -o /dev/null -w '%{http_code} %{redirect_url}\\n' ${url}/register --data-urlencode 'x-amzn-marketplace-token=${token}'

${pc.bold('2. Report usage')} of that buyer, now:
curl -s --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test -H 'content-type: application/json' ${url}/usage -d "${usage}"

${pc.bold('3. Run the hour')}: to the end of the hour and its grace, meter, and show what AWS would bill:
curl -s -X POST ${controlUrl}/run-hour${ledger}

${pc.dim('Ctrl-C stops everything.')}`;
}

/** A buyer who has just subscribed and clicked *Set up your account*; a foreign marketplace has its own. */
function newToken(running: RunningMarketplace | undefined): string {
  const product = running?.marketplace.products()[0];
  if (running === undefined || product === undefined) return 'TOKEN';
  const { agreementId } = buy(running.marketplace, { productCode: product.productCode });
  return running.marketplace.issueToken(agreementId).token;
}
