import fc from 'fast-check';
import { createHandler } from '../../../lambdas/register-subscription/dependencies';
import { newSecret } from '../../../lambdas/shared/runtime/secrets';
import { InMemoryMarketplace } from '../../stand-ins/in-memory-marketplace';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription, LICENSE_PRODUCT } from '../../stand-ins/a-seller';
import { formBody } from '../arbitraries/form-bodies';
import { HUGE_EVERY, httpEvent, hugeBody } from '../arbitraries/http-events';
import { oddText, weighted } from '../arbitraries/odd-values';
import { anEntrance, failing } from '../entrance';
import { MARK, promise } from '../promises';

const [FRESH, BOUND, STOLEN, FOREIGN] = ['fresh', 'bound', 'stolen', 'foreign'].map((name) => `${MARK}-${name}+/=`);
const TOKENS = [FRESH, BOUND, STOLEN, FOREIGN].filter((token) => token !== undefined);
const ACCOUNT = '111122223333';

const token = weighted([3, fc.constantFrom(...TOKENS)], [2, oddText]);
const bodies = weighted(
  [
    HUGE_EVERY,
    formBody({
      'x-amzn-marketplace-token': token,
      'x-amzn-marketplace-offer-type': fc.oneof(fc.constant('free-trial'), oddText),
      'x-amzn-marketplace-agreement-id': oddText,
    }),
  ],
  [1, hugeBody],
);

const request = httpEvent({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'HEAD'),
  path: '/register',
  bodies,
  contentTypes: ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'],
});

/** /register: public, so anyone may send anything. */
export const registerSubscriptionEntrance = anEntrance({
  name: 'GET|HEAD|POST /register',
  service: 'register-subscription',
  cases: fc.record({ request, ownPage: fc.boolean(), failing }),
  async take({ request: { event }, ownPage }, surroundings) {
    const { tables } = surroundings;
    const { bound, marketplace } = givenMarketplace(tables);
    const before = JSON.stringify(tables.subscriptions);
    const ports = { ...surroundings.ports, registration: marketplace.client, newSecret };
    const registration = ownPage ? {} : { signUpUrl: 'https://example.com/sign-up' };
    const run = createHandler(ports, surroundings.config({ registration }));
    const { statusCode } = await surroundings.promiseAnswer(run, event, {
      statuses: [200, 303, 400, 409, 413, 415],
    });
    const { subscriptions, identities, notices, sessions, codes } = tables;
    if (statusCode === 303) {
      const now = tables.subscription(bound.subscriptionId);
      const { version } = now;
      promise(
        JSON.stringify(now) === JSON.stringify({ ...bound, version }),
        'a registration changed an existing subscription',
      );
      promise(identities.length <= 2 && subscriptions.length <= 2, 'one registration created two subscriptions');
    } else {
      promise(JSON.stringify(subscriptions) === before, 'a refused registration changed a subscription');
      promise(identities.length === 1 && notices.length === 0, 'a refused registration stored something');
      promise(sessions.length + codes.length === 0, 'a refused caller got a session');
    }
    return surroundings.inWords(statusCode);
  },
});

/** A bound licence, a new one, an attempt to take over the bound one, and a product of another seller. */
function givenMarketplace(tables: MemoryTables) {
  const license = { licenseId: 'l-b0', licenseArn: 'arn:aws:license-manager::1:license:l-b0' };
  const given = aSubscription({ ...license, customerAWSAccountId: ACCOUNT, freeTrial: false });
  tables.given(given, { kind: 'license', licenseId: license.licenseId });
  const bound = tables.subscription(given.subscriptionId);
  const marketplace = new InMemoryMarketplace();
  const customer = { productCode: LICENSE_PRODUCT, customerAWSAccountId: ACCOUNT, licenseArn: bound.licenseArn };
  const answers = {
    [FRESH ?? '']: { ...customer, licenseArn: 'arn:aws:license-manager::1:license:l-f0' },
    [BOUND ?? '']: customer,
    [STOLEN ?? '']: { ...customer, customerAWSAccountId: '999988887777' },
    [FOREIGN ?? '']: { ...customer, productCode: 'somebody-elses' },
  };
  for (const [name, answer] of Object.entries(answers)) marketplace.given(name, answer);
  return { bound, marketplace };
}
