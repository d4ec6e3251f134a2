import fc from 'fast-check';
import { createHandler } from '../../../lambdas/register-subscription/dependencies';
import { newSecret } from '../../../lambdas/shared/runtime/secrets';
import { InMemoryMarketplace } from '../../stand-ins/in-memory-marketplace';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription, LICENSE_PRODUCT } from '../a-seller';
import { formBody } from '../arbitraries/form-bodies';
import { HUGE_EVERY, httpEvent, hugeBody, type HostileRequest } from '../arbitraries/http-events';
import { oddText } from '../arbitraries/odd-values';
import { anEntrance } from '../entrance';
import { promiseAnswer, Surroundings } from '../invoke';
import { MARK, promise } from '../promises';

const [FRESH, BOUND, STOLEN, FOREIGN] = ['fresh', 'bound', 'stolen', 'foreign'].map((name) => `${MARK}-${name}+/=`);
const TOKENS = [FRESH, BOUND, STOLEN, FOREIGN].filter((token) => token !== undefined);
const ACCOUNT = '111122223333';
const METRICS = new Set([
  'UnexpectedErrors',
  'RegistrationsPutOff',
  'RegistrationsMisconfigured',
  'RegistrationsWithoutIdentity',
  'RegistrationsOfUnknownProduct',
  'RegistrationsRefused',
]);

interface Case {
  request: HostileRequest;
  ownPage: boolean;
  failing: boolean;
}

const token = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...TOKENS) }, { weight: 2, arbitrary: oddText });
const bodies = fc.oneof(
  {
    weight: HUGE_EVERY,
    arbitrary: formBody({
      'x-amzn-marketplace-token': token,
      'x-amzn-marketplace-offer-type': fc.oneof(fc.constant('free-trial'), oddText),
      'x-amzn-marketplace-agreement-id': oddText,
    }),
  },
  { weight: 1, arbitrary: hugeBody },
);

const request = httpEvent({
  method: fc.constant('POST'),
  path: '/register',
  bodies,
  contentTypes: ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8'],
});

/** POST /register: public, so anyone may send anything. */
export const registerSubscriptionEntrance = anEntrance<Case>({
  name: 'POST /register',
  cases: fc.record({ request, ownPage: fc.boolean(), failing: fc.nat({ max: 20 }).map((n) => n === 0) }),
  async take({ request: { event }, ownPage, failing }) {
    const { surroundings, run, bound } = givenFunction(ownPage);
    const { tables } = surroundings;
    const before = JSON.stringify(tables.subscriptions);
    surroundings.limits.failing = failing;
    const response = await promiseAnswer(run, { event, surroundings }, { statuses: [303, 400, 409, 413, 415] });
    const { subscriptions, identities, notices, sessions, codes } = tables;
    if (response.statusCode === 303) {
      const now = tables.subscription(bound.subscriptionId);
      const { freeTrial, version } = now;
      promise(
        JSON.stringify(now) === JSON.stringify({ ...bound, freeTrial, version }),
        'a registration changed a subscription that was there',
      );
      promise(identities.length <= 2 && subscriptions.length <= 2, 'one registration made two subscriptions');
    } else {
      promise(JSON.stringify(subscriptions) === before, 'a refused registration changed a subscription');
      promise(identities.length === 1 && notices.length === 0, 'a refused registration left something');
      promise(sessions.length + codes.length === 0, 'who was refused got in');
    }
    return failing ? `${response.statusCode}, stores down` : String(response.statusCode);
  },
});

function givenFunction(ownPage: boolean) {
  const surroundings = new Surroundings(METRICS);
  const { bound, marketplace } = givenMarketplace(surroundings.tables);
  const ports = { ...surroundings.ports, registration: marketplace.client, newSecret };
  const registration = ownPage ? {} : { signUpUrl: 'https://example.com/sign-up' };
  const run = createHandler(ports, surroundings.config({ registration }));
  return { surroundings, run, bound };
}

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
