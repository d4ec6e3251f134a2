import fc from 'fast-check';
import { createHandler } from '../../../lambdas/complete-registration/dependencies';
import type { HttpResponse } from '../../../lambdas/shared/runtime/http-message';
import { sha256Hex } from '../../../lambdas/shared/runtime/secrets';
import { sessionKey, storedContact } from '../../../lambdas/shared/stores/registrations';
import { aSubscription } from '../a-seller';
import { formBody } from '../arbitraries/form-bodies';
import { HUGE_EVERY, httpEvent, hugeBody, type HostileRequest } from '../arbitraries/http-events';
import { oddText } from '../arbitraries/odd-values';
import { anEntrance } from '../entrance';
import { NOW_MS, promiseAnswer, Surroundings } from '../invoke';
import { MARK, promise } from '../promises';

const SESSION = `${MARK}-session`;
const HOST = 'abc.execute-api.us-east-1.amazonaws.com';
const METRICS = new Set(['UnexpectedErrors']);

interface Case {
  request: HostileRequest;
  failing: boolean;
}

const mostly = <T>(usual: T, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });

const bodies = fc.oneof(
  {
    weight: HUGE_EVERY,
    arbitrary: formBody({
      email: mostly(`${MARK}@example.com`, oddText),
      name: mostly(`${MARK} O'Hara`, oddText),
      company: mostly(`${MARK} <&> Sons`, oddText),
    }),
  },
  { weight: 1, arbitrary: hugeBody },
);

const request = httpEvent({
  method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD'),
  path: '/registration',
  bodies,
  contentTypes: ['application/x-www-form-urlencoded'],
  headers: fc.oneof(
    { weight: 5, arbitrary: fc.constant({ host: HOST, origin: `https://${HOST}` }) },
    { weight: 1, arbitrary: oddText.map((origin) => ({ host: HOST, origin })) },
    { weight: 1, arbitrary: oddText.map((site) => ({ 'sec-fetch-site': site })) },
    { weight: 1, arbitrary: fc.constant({ host: MARK, origin: 'https://elsewhere.example' }) },
  ),
  cookies: mostly(
    [`__Host-registration=${SESSION}`],
    oddText.map((value) => [`__Host-registration=${value}`]),
  ),
});

/** GET and POST /registration: public, with a session cookie that an attacker may guess. */
export const completeRegistrationEntrance = anEntrance<Case>({
  name: 'GET|POST /registration',
  cases: fc.record({ request, failing: fc.nat({ max: 20 }).map((n) => n === 0) }),
  async take({ request: { event }, failing }) {
    const { surroundings, subscription, run } = givenFunction();
    const { tables } = surroundings;
    surroundings.limits.failing = failing;
    const { statusCode } = await promiseAnswer(
      run,
      { event, surroundings },
      { statuses: [200, 303, 400, 401, 403, 413], shown: withoutFormValues },
    );
    const after = tables.subscription(subscription.subscriptionId);
    const version = statusCode === 303 ? subscription.version + 1 : subscription.version;
    promise(
      JSON.stringify(after) === JSON.stringify({ ...subscription, version }),
      'a form changed more of the subscription than its version',
    );
    const contacts = tables.contacts.map((item) => storedContact.parse(item));
    promise(
      contacts.length === (statusCode === 303 ? 1 : 0),
      'a contact was stored without a redirect, or not with one',
    );
    for (const { email, name, company } of contacts) {
      promise(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email), `${JSON.stringify(email)} was stored as an e-mail address`);
      promise(!/\p{Cc}/u.test(name + company), 'a control character was stored');
    }
    return failing ? `${statusCode}, stores down` : String(statusCode);
  },
});

/** The form repeats the submitted values in the attribute `value`, and nowhere else. */
function withoutFormValues({ statusCode, body = '' }: HttpResponse): string {
  if (statusCode !== 400) return body;
  const values = [...body.matchAll(/value="([^"]*)"/g)].map(([, value = '']) => value);
  promise(values.length === 3, `the form has ${values.length} values`);
  promise(!values.some((value) => /[<>']/.test(value)), 'the form shows markup that somebody typed');
  return body.replaceAll(/value="[^"]*"/g, '');
}

function givenFunction() {
  const surroundings = new Surroundings(METRICS);
  const { tables } = surroundings;
  const { subscriptionId } = tables.given(aSubscription());
  const expiresAt = NOW_MS / 1000 + 3600;
  tables.put('registrations', { ...sessionKey(sha256Hex(SESSION)), subscriptionId, expiresAt });
  const run = createHandler(surroundings.ports, surroundings.config());
  return { surroundings, subscription: tables.subscription(subscriptionId), run };
}
