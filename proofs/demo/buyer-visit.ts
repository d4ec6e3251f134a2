import { buy, type Agreement, type Order, type RunningMarketplace } from '../../simulator';
import type { LocalStack } from '../../local/stack/local-stack';
import { DEMO_START_MS, HOUR_MS, type DemoBuyer } from './scenario';

/**
 * A buyer subscribes in AWS Marketplace, clicks *Set up your account* and fills in the registration page, as a browser
 * would: the POST with the token, the redirect with its cookie, the form.
 *
 * @returns what was agreed; it names the buyer's AWS account.
 */
export async function visit(
  buyer: DemoBuyer,
  { marketplace, stack }: { marketplace: RunningMarketplace; stack: LocalStack },
): Promise<Agreement> {
  const pricingModel = buyer.contract ? 'contractWithConsumption' : 'subscription';
  const product = marketplace.marketplace.products().find((each) => each.pricingModel === pricingModel);
  if (product === undefined)
    throw new Error(`The configuration has no product with the pricing model ${pricingModel}.`);
  const agreement = buy(marketplace.marketplace, { productCode: product.productCode, ...termsOf(buyer) });
  const { token } = marketplace.marketplace.issueToken(agreement.agreementId);
  const registered = await post(`${stack.url}/register`, { 'x-amzn-marketplace-token': token });
  const cookie = registered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = new URL(registered.headers.get('location') ?? '', stack.url);
  const shown = await fetch(page, { headers: { cookie } });
  if (shown.status !== 200) throw new Error(`The registration page answered ${shown.status}.`);
  const { company, email } = buyer;
  const done = await post(page.href, { email, name: email.split('@')[0] ?? '', company }, cookie);
  if (done.status !== 303) throw new Error(`The registration form answered ${done.status}.`);
  return agreement;
}

const YEAR_MS = 365 * 24 * HOUR_MS;

function termsOf({ contract }: DemoBuyer): Pick<Order, 'entitlements' | 'endsAtMs'> {
  if (contract === undefined) return {};
  const entitlements = [{ dimension: contract.entitlement, value: { IntegerValue: contract.units } }];
  return { entitlements, endsAtMs: DEMO_START_MS + YEAR_MS };
}

async function post(url: string, fields: Record<string, string>, cookie = ''): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers: { cookie }, redirect: 'manual' });
}
