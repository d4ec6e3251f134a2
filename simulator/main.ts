import { Command, InvalidArgumentError, Option } from 'commander';
import { createColors } from 'picocolors';
import { SimulatedClock } from './clock';
import { DECIMALS, PRODUCT_CODE_WITH_LICENSE, type Decimals, type ProductCodeWithLicense } from './rules/context';
import { readProducts } from './products';
import { startMarketplace, type RunningMarketplace, type StartMarketplaceOptions } from './start';

// picocolors alone would also colour piped output when `CI` is set.
const colours = createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);

const wholeNumber = (text: string) => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
};

const share = (text: string) => {
  const number = Number(text);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1, such as 0.5.');
  return number;
};

const url = (text: string) => {
  if (!URL.canParse(text)) throw new InvalidArgumentError('Give a URL, such as http://127.0.0.1:3000/register.');
  return text;
};

const instant = (text: string) => {
  const epochMs = Date.parse(text);
  if (Number.isNaN(epochMs)) throw new InvalidArgumentError('Give a time, such as 2026-11-30T23:00:00Z.');
  return epochMs;
};

interface Options {
  port: number;
  config: string;
  registrationUrl?: string;
  seed: number;
  clock?: number;
  decimals: Decimals;
  productCodeWithLicense: ProductCodeWithLicense;
  duplicateEvents: number;
  reorderEvents: number;
}

const program = new Command('npm run marketplace --')
  .description('Simulates AWS Marketplace for SaaS sellers. Works with any AWS SDK and the AWS CLI.')
  .option('--port <number>', 'loopback port; 0 takes any free port', wholeNumber, 4600)
  .option('--config <file>', 'seller configuration that lists the products', 'marketplace.config.json')
  .option('--registration-url <url>', 'where "Set up your account" sends the buyer', url)
  .option('--seed <number>', 'seed for ids and faults', wholeNumber, 1)
  .option('--clock <time>', 'time at the start (default: now)', instant)
  .addOption(
    new Option('--decimals <answer>', 'what AWS makes of decimal quantities').choices(DECIMALS).default('known'),
  )
  .addOption(
    new Option('--product-code-with-license <answer>', 'what AWS makes of a ProductCode beside a LicenseArn')
      .choices(PRODUCT_CODE_WITH_LICENSE)
      .default('accepted'),
  )
  .option('--duplicate-events <share>', 'share of events delivered twice, 0 to 1', share, 0)
  .option('--reorder-events <share>', 'share of events delivered after the next one, 0 to 1', share, 0)
  .showHelpAfterError(true)
  .addHelpText(
    'after',
    `
Examples:
  npm run marketplace
  npm run marketplace -- --registration-url http://127.0.0.1:3000/register
  npm run marketplace -- --clock 2026-11-30T23:00:00Z --decimals ignored`,
  )
  .action(run);

async function run({
  port,
  config,
  registrationUrl,
  seed,
  clock: startMs,
  decimals,
  productCodeWithLicense,
  ...events
}: Options): Promise<void> {
  const clock = new SimulatedClock();
  if (startMs !== undefined) clock.set(startMs);
  const running = await start({
    port,
    products: readProducts(config),
    clock,
    seed,
    registrationUrl,
    options: { decimals, productCodeWithLicense },
    eventBridgeEndpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
    snsEndpoint: process.env.AWS_ENDPOINT_URL_SNS,
    onFailure: (message) => console.error(colours.yellow(message)),
  });
  running.marketplace.setDelivery({ duplicate: events.duplicateEvents, reorder: events.reorderEvents });
  console.log(welcome(running));
  await interrupted();
  await running.stop();
  console.log('Stopped.');
}

async function start(options: StartMarketplaceOptions): Promise<RunningMarketplace> {
  try {
    return await startMarketplace(options);
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!taken) throw cause;
    throw new Error(`Port ${options.port} is in use. Choose another with --port.`, { cause });
  }
}

function welcome({ endpoint, marketplace, clock, settings }: RunningMarketplace): string {
  const [product] = marketplace.products();
  const products = marketplace
    .products()
    .map(({ productCode, name, dimensions }) => `  ${productCode}  ${name} (${dimensions.slice(0, 5).join(', ')})`);
  return `${colours.bold('AWS Marketplace simulator')}  ${colours.cyan(endpoint)}
Simulated time: ${new Date(clock.now()).toISOString()}. Products:
${products.join('\n')}

Point an AWS SDK or the AWS CLI at it:
export AWS_ENDPOINT_URL_MARKETPLACE_METERING=${endpoint}
export AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE=${endpoint}
export AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT=${endpoint}
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test

In a browser, act as the buyer and see calls, events and the ledger: ${colours.cyan(`${endpoint}/`)}${
    settings.registrationUrl === undefined ? '  (add --registration-url to reach your registration page)' : ''
  }
Or get a registration token with curl:
curl -s ${endpoint}/_marketplace/agreements -H 'content-type: application/json' -d '{"productCode":"${product?.productCode ?? ''}"}'
curl -s -X POST ${endpoint}/_marketplace/agreements/AGREEMENT_ID/token
See what AWS would bill: curl -s ${endpoint}/_marketplace/ledger

${colours.dim('Press Ctrl-C to stop. Nothing is kept.')}`;
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

program.parseAsync().catch((error: unknown) => {
  console.error(colours.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});
