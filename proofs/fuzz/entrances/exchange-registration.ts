import fc from 'fast-check';
import { createHandler } from '../../../lambdas/exchange-registration/dependencies';
import { sha256Hex } from '../../../lambdas/shared/runtime/secrets';
import { codeKey } from '../../../lambdas/shared/stores/registrations';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { HUGE_EVERY, httpEvent, hugeBody } from '../arbitraries/http-events';
import { damaged, mutatedMembers, oddJson, toObjectText } from '../arbitraries/json-text';
import { aSubscription } from '../../stand-ins/a-seller';
import { weighted } from '../arbitraries/odd-values';
import { anEntrance, failing } from '../entrance';
import { MARK, promise } from '../promises';
import { NOW_MS } from '../surroundings';

const [GOOD, USED, EXPIRED] = [`${MARK}-good`, `${MARK}-used`, `${MARK}-expired`] as const;

const code = fc.constantFrom(GOOD, GOOD, USED, EXPIRED, `${MARK}-unknown`);
const valid = code.chain((value) => mutatedMembers([['code', JSON.stringify(value)]], () => oddJson)).map(toObjectText);
const bodies = weighted([HUGE_EVERY, damaged(weighted([4, valid], [1, oddJson]))], [1, hugeBody]);
const request = httpEvent({
  method: fc.constant('POST'),
  path: '/registration/exchange',
  bodies,
  contentTypes: ['application/json'],
});

/** POST /registration/exchange: called by the seller's back end, which may have bugs. */
export const exchangeRegistrationEntrance = anEntrance({
  name: 'POST /registration/exchange',
  service: 'exchange-registration',
  cases: fc.record({ request, failing }),
  async take({ request: { event } }, surroundings) {
    const { tables } = surroundings;
    givenCodes(tables);
    const before = JSON.stringify(tables.subscriptions);
    const run = createHandler(surroundings.ports, surroundings.config());
    const { statusCode } = await surroundings.promiseAnswer(run, event, { statuses: [200, 400, 404, 410, 413] });
    promise(JSON.stringify(tables.subscriptions) === before, 'an exchange changed a subscription');
    const redeemed = tables.dynamoDb.table('registrations').get(codeKey(sha256Hex(GOOD)))?.usedAt !== undefined;
    if (!surroundings.failing) promise(redeemed === (statusCode === 200), 'the use of a code and the answer disagree');
    return surroundings.inWords(statusCode);
  },
});

function givenCodes(tables: MemoryTables): void {
  const { subscriptionId } = tables.given(aSubscription());
  const givenCode = (secret: string, item: object) =>
    tables.put('registrations', { ...codeKey(sha256Hex(secret)), subscriptionId, ...item });
  const inTenMinutes = NOW_MS / 1000 + 600;
  givenCode(GOOD, { expiresAt: inTenMinutes });
  givenCode(USED, { expiresAt: inTenMinutes, usedAt: '2026-03-10T12:00:00.000Z' });
  givenCode(EXPIRED, { expiresAt: 1 });
}
