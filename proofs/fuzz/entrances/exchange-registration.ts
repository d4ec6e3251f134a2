import fc from 'fast-check';
import { createHandler } from '../../../lambdas/exchange-registration/dependencies';
import { sha256Hex } from '../../../lambdas/shared/runtime/secrets';
import { codeKey } from '../../../lambdas/shared/stores/registrations';
import { HUGE_EVERY, httpEvent, hugeBody, type HostileRequest } from '../arbitraries/http-events';
import { damaged, mutatedMembers, oddJson, toObjectText } from '../arbitraries/json-text';
import { aSubscription } from '../a-seller';
import { anEntrance } from '../entrance';
import { NOW_MS, promiseAnswer, Surroundings } from '../invoke';
import { MARK, promise } from '../promises';

const [GOOD, USED, EXPIRED] = [`${MARK}-good`, `${MARK}-used`, `${MARK}-expired`] as const;
const METRICS = new Set(['UnexpectedErrors']);

interface Case {
  request: HostileRequest;
  failing: boolean;
}

const code = fc.constantFrom(GOOD, GOOD, USED, EXPIRED, `${MARK}-unknown`);
const valid = code.chain((value) => mutatedMembers([['code', JSON.stringify(value)]], () => oddJson)).map(toObjectText);
const bodies = fc.oneof(
  {
    weight: HUGE_EVERY,
    arbitrary: damaged(fc.oneof({ weight: 4, arbitrary: valid }, { weight: 1, arbitrary: oddJson })),
  },
  { weight: 1, arbitrary: hugeBody },
);
const request = httpEvent({
  method: fc.constant('POST'),
  path: '/registration/exchange',
  bodies,
  contentTypes: ['application/json'],
});

/** POST /registration/exchange: called by the seller's back end, which may have bugs. */
export const exchangeRegistrationEntrance = anEntrance<Case>({
  name: 'POST /registration/exchange',
  cases: fc.record({ request, failing: fc.nat({ max: 20 }).map((n) => n === 0) }),
  async take({ request: { event }, failing }) {
    const { surroundings, run } = givenFunction();
    const { tables } = surroundings;
    const before = JSON.stringify(tables.subscriptions);
    surroundings.limits.failing = failing;
    const answer = await promiseAnswer(run, { event, surroundings }, { statuses: [200, 400, 404, 410, 413] });
    promise(JSON.stringify(tables.subscriptions) === before, 'an exchange changed a subscription');
    const redeemed = tables.dynamoDb.table('registrations').get(codeKey(sha256Hex(GOOD)))?.usedAt !== undefined;
    if (!failing)
      promise(redeemed === (answer.statusCode === 200), 'a code is used up without an answer, or not with one');
    return failing ? `${answer.statusCode}, stores down` : String(answer.statusCode);
  },
});

function givenFunction() {
  const surroundings = new Surroundings(METRICS);
  const { tables } = surroundings;
  const { subscriptionId } = tables.given(aSubscription());
  const givenCode = (secret: string, item: object) =>
    tables.put('registrations', { ...codeKey(sha256Hex(secret)), subscriptionId, ...item });
  const inTenMinutes = NOW_MS / 1000 + 600;
  givenCode(GOOD, { expiresAt: inTenMinutes });
  givenCode(USED, { expiresAt: inTenMinutes, usedAt: '2026-03-10T12:00:00.000Z' });
  givenCode(EXPIRED, { expiresAt: 1 });
  return { surroundings, run: createHandler(surroundings.ports, surroundings.config()) };
}
