import { createColors } from 'picocolors';
import { printable } from '../../web/printable';
import { isLoopback } from '../hosts';
import type { RunningMarketplace } from '../start';

// picocolors alone would also colour piped output when `CI` is set.
export const colours = createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined);

/** What is printed once the simulator answers. */
export function welcome(
  { endpoint, environment, marketplace, clock, settings, isContinued }: RunningMarketplace,
  stateFile: string | undefined,
): string {
  const [product] = marketplace.products();
  const products = marketplace
    .products()
    .map(({ productCode, name, dimensions }) =>
      printable(`  ${productCode}  ${name} (${dimensions.slice(0, 5).join(', ')})`),
    );
  const { length: agreements } = marketplace.agreements();
  const continued = isContinued ? `It continues ${stateFile} (agreements: ${agreements}).\n` : '';
  return `${colours.bold('AWS Marketplace simulator')}  ${colours.cyan(endpoint)}
${continued}Simulated time: ${new Date(clock.now()).toISOString()}. Products:
${products.join('\n')}

Point an AWS SDK or the AWS CLI at it:
${exportsOf(environment)}

In a browser, act as the buyer and see calls, events and the ledger: ${colours.cyan(`${endpoint}/`)}${
    settings.registrationUrl === undefined ? '  (add --registration-url to reach your registration page)' : ''
  }
Or get a registration token with curl:
curl -s ${endpoint}/_marketplace/agreements -H 'content-type: application/json' -d '{"productCode":"${product?.productCode ?? ''}"}'
curl -s -X POST ${endpoint}/_marketplace/agreements/AGREEMENT_ID/token
See what AWS would bill: curl -s ${endpoint}/_marketplace/ledger

${colours.dim(`Press Ctrl-C to stop. ${stateFile === undefined ? 'Nothing is kept.' : `The state is kept in ${stateFile}.`}`)}`;
}

/** The endpoints a line each, then the region and the credentials. */
function exportsOf(environment: Readonly<Record<string, string>>): string {
  const [endpoints, others] = [true, false].map((wanted) =>
    Object.entries(environment).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL') === wanted),
  );
  const [regions, credentials] = [true, false].map((wanted) =>
    (others ?? []).filter(([name]) => name.endsWith('REGION') === wanted),
  );
  return [...(endpoints ?? []).map((each) => [each]), regions ?? [], credentials ?? []]
    .map((line) => `export ${line.map(([name, value]) => `${name}=${value}`).join(' ')}`)
    .join('\n');
}

/** What a person must know who lets other machines in; undefined when only this one reaches the simulator. */
export function exposureWarning(host: string, port: number): string | undefined {
  if (isLoopback(host)) return undefined;
  return (
    `Whoever reaches ${host}:${port} can use the simulator and see everything in it: there is no authentication.\n` +
    'Pages of other sites are still refused. To reach it by another host name, add --allow-host NAME.'
  );
}
