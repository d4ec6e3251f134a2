import { buy } from '../marketplace/wire/simulator';
import type { RunningMarketplace } from '../marketplace/start';
import type { LocalStack } from '../stack/local-stack';
import type { DemoBuyer } from './scenario';

/**
 * A buyer subscribes in AWS Marketplace, clicks *Set up your account* and fills in the registration page, as a browser
 * would: the POST with the token, the redirect with its cookie, the form.
 *
 * @returns the buyer's AWS account id.
 */
export async function visit(
  buyer: DemoBuyer,
  { marketplace, stack }: { marketplace: RunningMarketplace; stack: LocalStack },
): Promise<string> {
  const [product] = marketplace.marketplace.products();
  if (product === undefined) throw new Error('The configuration has no product.');
  const { accountId, agreementId } = buy(marketplace.marketplace, { productCode: product.productCode });
  const { token } = marketplace.marketplace.issueToken(agreementId);
  const registered = await post(`${stack.url}/register`, { 'x-amzn-marketplace-token': token });
  const cookie = registered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = new URL(registered.headers.get('location') ?? '', stack.url);
  const shown = await fetch(page, { headers: { cookie } });
  if (shown.status !== 200) throw new Error(`The registration page answered ${shown.status}.`);
  const { company, email } = buyer;
  const done = await post(page.href, { email, name: email.split('@')[0] ?? '', company }, cookie);
  if (done.status !== 303) throw new Error(`The registration form answered ${done.status}.`);
  return accountId;
}

async function post(url: string, fields: Record<string, string>, cookie = ''): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers: { cookie }, redirect: 'manual' });
}
