import fc from 'fast-check';
import { createHandler } from '../../../lambdas/complete-registration/dependencies';
import type { Subscription } from '../../../lambdas/shared/domain/subscription';
import type { HttpResponse } from '../../../lambdas/shared/runtime/http-message';
import { sha256Hex } from '../../../lambdas/shared/runtime/secrets';
import { sessionKey, storedContact } from '../../../lambdas/shared/stores/registrations';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription } from '../../stand-ins/a-seller';
import { formBody } from '../arbitraries/form-bodies';
import { HUGE_EVERY, httpEvent, hugeBody } from '../arbitraries/http-events';
import { oddText, weighted } from '../arbitraries/odd-values';
import { anEntrance, failing } from '../entrance';
import { MARK, promise } from '../promises';
import { NOW_MS } from '../surroundings';

const SESSION = `${MARK}-session`;
const HOST = 'abc.execute-api.us-east-1.amazonaws.com';

const mostly = <T>(usual: T, odd: fc.Arbitrary<T>) => weighted([5, fc.constant(usual)], [1, odd]);

const bodies = weighted(
  [
    HUGE_EVERY,
    formBody({
      email: mostly(`${MARK}@example.com`, oddText),
      name: mostly(`${MARK} O'Hara`, oddText),
      company: mostly(`${MARK} <&> Sons`, oddText),
    }),
  ],
  [1, hugeBody],
);

const request = httpEvent({
  method: fc.constantFrom('GET', 'POST', 'POST', 'HEAD'),
  path: '/registration',
  bodies,
  contentTypes: ['application/x-www-form-urlencoded'],
  headers: weighted(
    [5, fc.constant({ host: HOST, origin: `https://${HOST}` })],
    [1, oddText.map((origin) => ({ host: HOST, origin }))],
    [1, oddText.map((site) => ({ 'sec-fetch-site': site }))],
    [1, fc.constant({ host: MARK, origin: 'https://elsewhere.example' })],
  ),
  cookies: mostly(
    [`__Host-registration=${SESSION}`],
    oddText.map((value) => [`__Host-registration=${value}`]),
  ),
});

/** GET and POST /registration: public, with a session cookie that an attacker may guess. */
export const completeRegistrationEntrance = anEntrance({
  name: 'GET|POST /registration',
  service: 'complete-registration',
  cases: fc.record({ request, failing }),
  async take({ request: { event } }, surroundings) {
    const { tables } = surroundings;
    const subscription = givenSession(tables);
    const run = createHandler(surroundings.ports, surroundings.config());
    const { statusCode } = await surroundings.promiseAnswer(run, event, {
      statuses: [200, 303, 400, 401, 403, 413],
      shown: withoutFormValues,
    });
    const after = tables.subscription(subscription.subscriptionId);
    const version = statusCode === 303 ? subscription.version + 1 : subscription.version;
    promise(
      JSON.stringify(after) === JSON.stringify({ ...subscription, version }),
      'a form changed more of the subscription than its version',
    );
    const contacts = tables.contacts.map((item) => storedContact.parse(item));
    promise(contacts.length === (statusCode === 303 ? 1 : 0), 'the stored contact and the redirect disagree');
    for (const { email, name = '', company = '' } of contacts) {
      promise(/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email), `${JSON.stringify(email)} was stored as an e-mail address`);
      promise(!/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u.test(name + company), 'a control character was stored');
    }
    return surroundings.inWords(statusCode);
  },
});

/** The form repeats the submitted values in the attribute `value`, and nowhere else. */
function withoutFormValues({ statusCode, body = '' }: HttpResponse): string {
  if (statusCode !== 400) return body;
  const values = [...body.matchAll(/value="([^"]*)"/g)].map(([, value = '']) => value);
  promise(values.length === 3, `the form has ${values.length} values`);
  promise(!values.some((value) => /[<>']/.test(value)), 'the form shows submitted markup');
  return body.replaceAll(/value="[^"]*"/g, '');
}

function givenSession(tables: MemoryTables): Subscription {
  const { subscriptionId } = tables.given(aSubscription());
  const expiresAt = NOW_MS / 1000 + 3600;
  tables.put('registrations', { ...sessionKey(sha256Hex(SESSION)), subscriptionId, expiresAt });
  return tables.subscription(subscriptionId);
}
