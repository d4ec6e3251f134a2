import fc from 'fast-check';
import { createHandler } from '../../../lambdas/record-usage/dependencies';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import { parseUsageEventItem } from '../../../lambdas/shared/stores/usage-events';
import { usageAnswersSchema, type UsageAnswer } from '../../actors/seller-application';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription, CONTRACT, METERED } from '../../stand-ins/a-seller';
import { HUGE_EVERY, httpEvent, hugeBody } from '../arbitraries/http-events';
import { SUBSCRIPTION_IDS, usageBody, type UsageBody } from '../arbitraries/usage-bodies';
import { weighted } from '../arbitraries/odd-values';
import { anEntrance, failing } from '../entrance';
import { promise } from '../promises';

/** Written out, not imported: a new reason is a new metric, so adding one should be a decision. */
const REASONS = [
  ...['malformed', 'unknownSubscription', 'subscriptionEnding', 'subscriptionEnded', 'unknownDimension', 'notMetered'],
  ...['quantityNegative', 'quantityTooLarge', 'quantityTooPrecise', 'timeInFuture', 'tooLate'],
  ...['tagNotAllowed', 'tagInvalid'],
];

const PLAIN_TYPES = ['application/json', 'application/json; charset=utf-8'];
const CLOUD_TYPES = ['application/cloudevents-batch+json', 'application/cloudevents+json'];

const request = (bodies: fc.Arbitrary<string>, contentTypes: readonly string[]) =>
  httpEvent({ method: fc.constant('POST'), path: '/usage', bodies, contentTypes });

const withUsage = fc.boolean().chain((cloudEvents) =>
  usageBody(cloudEvents).chain((usage) =>
    fc.record({
      usage: fc.constant(usage),
      request: request(fc.constant(usage.text), cloudEvents ? CLOUD_TYPES : PLAIN_TYPES),
      failing,
    }),
  ),
);
const huge = request(hugeBody, [...PLAIN_TYPES, ...CLOUD_TYPES]).map((given) => ({
  usage: undefined,
  request: given,
  failing: false,
}));

/** POST /usage: called by the seller's application, which may have bugs. */
export const recordUsageEntrance = anEntrance({
  name: 'POST /usage',
  service: 'record-usage',
  reasons: { UsageEventsRejected: REASONS },
  cases: weighted([HUGE_EVERY, withUsage], [1, huge]),
  async take({ usage, request: { event, body } }, surroundings) {
    const { tables } = surroundings;
    givenSubscriptions(tables);
    const run = createHandler(surroundings.ports, surroundings.config({ products: [METERED, CONTRACT] }));
    const response = await surroundings.promiseAnswer(run, event, {
      statuses: [200, 400, 413, 415],
      shown: ({ body: shown = '' }) => withoutIds(shown),
    });
    const { statusCode } = response;
    if (statusCode !== 200) {
      promise(tables.usageEvents.length === 0, 'a refused request stored something');
      return String(statusCode);
    }
    const { results } = usageAnswersSchema.parse(JSON.parse(response.body ?? ''));
    promiseStored(results, tables);
    for (const { status, reason } of results) {
      promise(
        status !== 'retry' || surroundings.failing,
        'the caller is asked to retry an event that can never be stored',
      );
      promise(reason === undefined || REASONS.includes(reason), `the reason ${reason} is not on the list`);
    }
    if (usage?.whole && body === usage.text && !surroundings.failing) promiseGoodOnesTaken(usage, results, tables);
    return [...new Set(results.map(({ status, reason }) => surroundings.inWords(`200 ${reason ?? status}`)))];
  },
});

/** Each answer repeats the id of its event, which may carry anything. */
function withoutIds(body: string): string {
  const parsed = usageAnswersSchema.safeParse(JSON.parse(body));
  return parsed.success ? JSON.stringify(parsed.data.results.map((answer) => ({ ...answer, id: undefined }))) : body;
}

/** Exactly the accepted events are stored, and every stored event can be billed. */
function promiseStored(results: UsageAnswer[], { usageEvents }: MemoryTables): void {
  const accepted = results.filter(({ status }) => status === 'accepted');
  promise(accepted.length === usageEvents.length, `${accepted.length} were accepted, ${usageEvents.length} stored`);
  for (const item of usageEvents) {
    const parsed = parseUsageEventItem(item);
    promise('event' in parsed, `an accepted event will be set aside: ${'problem' in parsed ? parsed.problem : ''}`);
  }
}

function promiseGoodOnesTaken({ elements }: UsageBody, results: UsageAnswer[], { usageEvents }: MemoryTables): void {
  // A CloudEvents body under another content type is read differently.
  if (results.length !== elements.length || elements.length > 100) return;
  const stored = usageEvents.map(parseUsageEventItem).flatMap((item) => ('event' in item ? [item.event] : []));
  elements.forEach(({ good }, index) => {
    if (good === undefined || results[index]?.reason === 'malformed') return;
    const { id, quantity } = good;
    promise(results[index]?.id === id, `the answer to ${id} is at another position`);
    promise(
      stored.some((event) => event.id === id && event.quantity.eq(decimal(quantity))),
      `the good event ${id} is not stored with its quantity`,
    );
  });
}

function givenSubscriptions(tables: MemoryTables): void {
  const { active, ended, contract } = SUBSCRIPTION_IDS;
  tables.given(aSubscription({ subscriptionId: active, productCode: 'metered' }));
  const over = { state: 'ended', endingAt: '2026-03-01T00:00:00.000Z' } as const;
  tables.given({ ...aSubscription({ subscriptionId: ended, productCode: 'metered' }), ...over });
  tables.given(aSubscription({ subscriptionId: contract, productCode: 'contract' }));
}
