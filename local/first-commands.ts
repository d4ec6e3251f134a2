import { buy, type RunningMarketplace } from '../simulator';

/** Where a running stack answers. */
interface Addresses {
  url: string;
  controlUrl: string;
}

/** The three commands that `npm start` prints: each can be pasted into a shell, in this order. */
export interface FirstCommands {
  register: string;
  report: string;
  runHour: string;
}

/** Buys as a new buyer. Without a simulator of ours, the reader fills in the token, the account and the dimension. */
export function firstCommands(
  { url, controlUrl }: Addresses,
  simulator: RunningMarketplace | undefined,
): FirstCommands {
  const { token, accountId, dimension } = newBuyer(simulator);
  const signed = 'curl -s --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test';
  // The buyer of the first command, and no other one: its account has one subscription.
  const subscriptions = `${signed} '${url}/subscriptions?customerAWSAccountId=${accountId}'`;
  const id = `$(${subscriptions} | grep -o 's-[0-9a-f]\\{26\\}' | head -1)`;
  const time = `$(curl -s ${controlUrl}/clock | cut -d'"' -f4)`;
  const event = { id: '$(date +%s)', subscriptionId: id, dimension, quantity: '1.5', time };
  const fields = Object.entries(event).map(([name, value]) => `\\"${name}\\":\\"${value}\\"`);
  const ledger = simulator === undefined ? '' : ` && curl -s ${simulator.endpoint}/_marketplace/ledger`;
  return {
    register:
      `curl -s -o /dev/null -w '%{http_code} %{redirect_url}\\n' ${url}/register ` +
      `--data-urlencode 'x-amzn-marketplace-token=${token}'`,
    report: `${signed} -H 'content-type: application/json' ${url}/usage -d "[{${fields.join(',')}}]"`,
    runHour: `curl -s -X POST ${controlUrl}/run-hour${ledger}`,
  };
}

function newBuyer(simulator: RunningMarketplace | undefined) {
  const products = simulator?.marketplace.products() ?? [];
  // Usage of a contract alone is not metered, and of other contracts it may be covered.
  const product = products.find(({ pricingModel }) => pricingModel === 'subscription') ?? products[0];
  if (simulator === undefined || product === undefined)
    return { token: 'TOKEN', accountId: 'ACCOUNT', dimension: 'DIMENSION' };
  const { agreementId, accountId } = buy(simulator.marketplace, { productCode: product.productCode });
  const { token } = simulator.marketplace.issueToken(agreementId);
  return { token, accountId, dimension: product.dimensions[0] ?? 'DIMENSION' };
}
