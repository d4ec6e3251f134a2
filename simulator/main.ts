import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import pc from '../ops/output/colours';
import { parseSellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { SimulatedClock } from './clock';
import { startMarketplace, type RunningMarketplace, type StartMarketplaceOptions } from './start';

const wholeNumber = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const share = (text: string) => {
  const number = Number(text);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1, such as 0.5.');
  return number;
};

const url = (text: string) => {
  if (!URL.canParse(text)) throw new InvalidArgumentError('It must be a URL, such as http://127.0.0.1:3000/register.');
  return text;
};

const instant = (text: string) => {
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) throw new InvalidArgumentError('It must be a time, such as 2026-11-30T23:00:00Z.');
  return epochMs;
};

interface Options {
  port: number;
  config: string;
  registrationUrl?: string;
  seed: number;
  clock?: number;
  duplicateEvents: number;
  reorderEvents: number;
}

const program = new Command('npm run marketplace --')
  .description('A simulator of AWS Marketplace for SaaS sellers. Any AWS SDK or CLI can be pointed at it.')
  .option('--port <number>', 'port to listen on, on the loopback', wholeNumber, 4600)
  .option('--config <file>', 'seller configuration with the products', 'marketplace.config.json')
  .option('--registration-url <url>', 'where "Set up your account" sends the buyer', url)
  .option('--seed <number>', 'seed of ids and faults', wholeNumber, 1)
  .option('--clock <time>', 'what time it is at the start (default: now)', instant)
  .option('--duplicate-events <share>', 'how many events come twice, 0 to 1', share, 0)
  .option('--reorder-events <share>', 'how many events are overtaken by the next, 0 to 1', share, 0)
  .action(run);

async function run({ port, config, registrationUrl, seed, clock: startMs, ...events }: Options): Promise<void> {
  const { products } = readConfiguration(config);
  const clock = new SimulatedClock();
  if (startMs !== undefined) clock.set(startMs);
  const running = await start({
    port,
    products,
    clock,
    seed,
    registrationUrl,
    eventBridgeEndpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
    snsEndpoint: process.env.AWS_ENDPOINT_URL_SNS,
    onFailure: (message) => console.error(pc.yellow(message)),
  });
  running.marketplace.setDelivery({ duplicate: events.duplicateEvents, reorder: events.reorderEvents });
  console.log(welcome(running));
  await interrupted();
  await running.stop();
  console.log('Stopped.');
}

/** @throws Error that says plainly when the port is taken. */
async function start(options: StartMarketplaceOptions): Promise<RunningMarketplace> {
  try {
    return await startMarketplace(options);
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!taken) throw cause;
    throw new Error(`Port ${options.port} is taken by another program. Choose another with --port.`, { cause });
  }
}

function readConfiguration(file: string) {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`There is no seller configuration at ${file}. Name one with --config.`, { cause });
  }
  try {
    return parseSellerConfiguration(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new Error(`${file} is not valid JSON: ${cause.message}`, { cause });
  }
}

function welcome({ endpoint, marketplace, clock, settings }: RunningMarketplace): string {
  const [product] = marketplace.products();
  const products = marketplace
    .products()
    .map(({ productCode, name, dimensions }) => `  ${productCode}  ${name} (${dimensions.slice(0, 5).join(', ')})`);
  return `${pc.bold('AWS Marketplace simulator')}  ${pc.cyan(endpoint)}
It is ${new Date(clock.now()).toISOString()}. Products:
${products.join('\n')}

Point any AWS SDK or the AWS CLI at it:
export AWS_ENDPOINT_URL_MARKETPLACE_METERING=${endpoint}
export AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE=${endpoint}
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

Play the buyer in a browser: ${pc.cyan(`${endpoint}/`)}${
    settings.registrationUrl === undefined ? '  (give --registration-url to be sent to your page)' : ''
  }
Or get a registration token here:
curl -s ${endpoint}/_marketplace/agreements -H 'content-type: application/json' -d '{"productCode":"${product?.productCode ?? ''}"}'
curl -s -X POST ${endpoint}/_marketplace/agreements/AGREEMENT_ID/token
What AWS would bill: curl -s ${endpoint}/_marketplace/ledger

${pc.dim('Ctrl-C stops it. Everything it knows is forgotten then.')}`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

program.parseAsync().catch((error: unknown) => {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});
