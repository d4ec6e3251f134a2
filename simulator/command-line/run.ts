import { existsSync } from 'node:fs';
import * as z from 'zod';
import { SimulatedClock } from '../clock';
import { readProducts } from '../products';
import type { StartMarketplaceOptions } from '../options';
import type { Decimals, ProductCodeWithLicense } from '../rules/context';
import { startMarketplace, type RunningMarketplace } from '../start';
import { readStartFile } from '../start-file/read-start';
import { EXAMPLE_START } from './example-start';
import { colours, exposureWarning, welcome } from './welcome';

export const DEFAULT_CONFIG = 'marketplace.config.json';

export interface Options {
  port: number;
  host: string;
  allowHost?: readonly string[];
  config?: string;
  startFile?: string;
  state?: string;
  cloudtrail?: string;
  registrationUrl?: string;
  seed?: number;
  clock?: number;
  decimals?: Decimals;
  productCodeWithLicense?: ProductCodeWithLicense;
  duplicateEvents?: number;
  reorderEvents?: number;
}

/** Starts the simulator, says how to use it, and stops it when it is interrupted. */
export async function run(options: Options): Promise<void> {
  const interruption = interrupted();
  const running = await begin(options);
  await interruption;
  await running.stop();
  console.log('Stopped.');
}

/** Starts the simulator, and says how to use it. */
export async function begin(options: Options): Promise<RunningMarketplace> {
  const { decimals, productCodeWithLicense, duplicateEvents, reorderEvents } = options;
  const running = await start({
    ...whatIsSold(options),
    port: options.port,
    host: options.host,
    allowHosts: options.allowHost,
    stateFile: options.state,
    cloudTrailFolder: options.cloudtrail,
    seed: options.seed,
    registrationUrl: options.registrationUrl,
    options: given({ decimals, productCodeWithLicense }),
    eventBridgeEndpoint: process.env.AWS_ENDPOINT_URL_EVENTBRIDGE,
    snsEndpoint: process.env.AWS_ENDPOINT_URL_SNS,
    onFailure: (message) => console.error(colours.yellow(message)),
  });
  if (!running.isContinued)
    running.marketplace.setDelivery(given({ duplicate: duplicateEvents, reorder: reorderEvents }));
  const warning = exposureWarning(options.host, Number(new URL(running.endpoint).port));
  if (warning !== undefined) console.error(colours.yellow(warning));
  console.log(welcome(running, options.state));
  return running;
}

/** The products of a start file or of a configuration, and the time at the start. */
function whatIsSold({ startFile, config, clock: startMs }: Options): Partial<StartMarketplaceOptions> {
  if (startFile !== undefined) {
    const start = readStartFile(startFile);
    return { start: startMs === undefined ? start : { ...start, clock: startMs } };
  }
  const clock = new SimulatedClock();
  if (startMs !== undefined) clock.set(startMs);
  if (config === undefined && !existsSync(DEFAULT_CONFIG)) return { clock, start: EXAMPLE_START };
  return { clock, products: readProducts(config ?? DEFAULT_CONFIG) };
}

/** Without what is undefined, so that it replaces nothing. */
function given<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Values>;
}

const systemError = z.object({ code: z.string() });

async function start(options: StartMarketplaceOptions): Promise<RunningMarketplace> {
  try {
    return await startMarketplace(options);
  } catch (cause) {
    const code = cause instanceof Error ? systemError.safeParse(cause).data?.code : undefined;
    if (code === 'EADDRINUSE')
      throw new Error(`Port ${options.port} is in use. Choose another with --port.`, { cause });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new Error(
        `This machine has no address ${options.host}. Give one of its own, or 0.0.0.0 for all, to --host.`,
        {
          cause,
        },
      );
    }
    throw cause;
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
