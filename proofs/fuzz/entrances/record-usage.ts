import fc from 'fast-check';
import { createHandler } from '../../../lambdas/record-usage/dependencies';
import * as z from 'zod';
import { decimal } from '../../../lambdas/shared/domain/decimal';
import { parseUsageEventItem } from '../../../lambdas/shared/stores/usage-events';
import type { MemoryTables } from '../../stand-ins/memory-tables';
import { aSubscription, CONTRACT, METERED } from '../a-seller';
import { HUGE_EVERY, httpEvent, hugeBody, type HostileRequest } from '../arbitraries/http-events';
import { SUBSCRIPTION_IDS, usageBody, type UsageBody } from '../arbitraries/usage-bodies';
import { anEntrance } from '../entrance';
import { promiseAnswer, Surroundings } from '../invoke';
import { promise } from '../promises';

/** Written out, not imported: a new reason is a new metric, and that should be a decision. */
const REASONS = [
  ...['malformed', 'unknownSubscription', 'subscriptionEnding', 'subscriptionEnded', 'unknownDimension', 'notMetered'],
  ...[
    'quantityNegative',
    'quantityTooLarge',
    'quantityTooPrecise',
    'timeInFuture',
    'tooLate',
    'tagNotAllowed',
    'tagInvalid',
  ],
];
const METRICS = new Set([
  'UnexpectedErrors',
  ...['accepted', 'duplicate', 'retry', 'rejected'].map((status) => `UsageEvents.${status}`),
  ...REASONS.map((reason) => `UsageEventsRejected.${reason}`),
]);

interface Case {
  usage: UsageBody | undefined;
  request: HostileRequest;
  failing: boolean;
}

const PLAIN_TYPES = ['application/json', 'application/json; charset=utf-8'];
const CLOUD_TYPES = ['application/cloudevents-batch+json', 'application/cloudevents+json'];

const request = (bodies: fc.Arbitrary<string>, contentTypes: readonly string[]) =>
  httpEvent({ method: fc.constant('POST'), path: '/usage', bodies, contentTypes });

const withUsage = fc.boolean().chain((cloudEvents) =>
  usageBody(cloudEvents).chain((usage) =>
    fc.record({
      usage: fc.constant(usage),
      request: request(fc.constant(usage.text), cloudEvents ? CLOUD_TYPES : PLAIN_TYPES),
      failing: fc.nat({ max: 20 }).map((n) => n === 0),
    }),
  ),
);
const huge = request(hugeBody, [...PLAIN_TYPES, ...CLOUD_TYPES]).map((given) => ({
  usage: undefined,
  request: given,
  failing: false,
}));

const answers = z.object({
  results: z.array(
    z.object({
      id: z.string().optional(),
      status: z.enum(['accepted', 'duplicate', 'retry', 'rejected']),
      reason: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});
type Answers = z.infer<typeof answers>['results'];

/** POST /usage: called by the seller's application, which may have bugs. */
export const recordUsageEntrance = anEntrance<Case>({
  name: 'POST /usage',
  cases: fc.oneof({ weight: HUGE_EVERY, arbitrary: withUsage }, { weight: 1, arbitrary: huge }),
  async take({ usage, request: { event, body }, failing }) {
    const { surroundings, run } = givenFunction();
    const { tables } = surroundings;
    surroundings.limits.failing = failing;
    const response = await promiseAnswer(
      run,
      { event, surroundings },
      { statuses: [200, 400, 413, 415], shown: ({ body: shown = '' }) => withoutIds(shown) },
    );
    const { statusCode } = response;
    if (statusCode !== 200) {
      promise(tables.usageEvents.length === 0, 'a refused request stored something');
      return String(statusCode);
    }
    const { results } = answers.parse(JSON.parse(response.body ?? ''));
    promiseStored(results, tables);
    for (const { status, reason } of results) {
      promise(status !== 'retry' || failing, 'the caller is asked to send again what can never be stored');
      promise(reason === undefined || REASONS.includes(reason), `the reason ${reason} is on no list`);
    }
    if (usage?.whole && body === usage.text && !failing) promiseGoodOnesTaken(usage, results, tables);
    const down = failing ? ', stores down' : '';
    return [...new Set(results.map(({ status, reason }) => `200 ${reason ?? status}${down}`))];
  },
});

/** Each answer repeats the id of its event, which may carry anything. */
function withoutIds(body: string): string {
  const parsed = answers.safeParse(JSON.parse(body));
  return parsed.success ? JSON.stringify(parsed.data.results.map((answer) => ({ ...answer, id: undefined }))) : body;
}

/** Exactly the accepted events are stored, and every stored event can be billed. */
function promiseStored(results: Answers, { usageEvents }: MemoryTables): void {
  const accepted = results.filter(({ status }) => status === 'accepted');
  promise(accepted.length === usageEvents.length, `${accepted.length} were accepted, ${usageEvents.length} stored`);
  for (const item of usageEvents) {
    const parsed = parseUsageEventItem(item);
    promise('event' in parsed, `an accepted event will be set aside: ${'problem' in parsed ? parsed.problem : ''}`);
  }
}

function promiseGoodOnesTaken({ elements }: UsageBody, results: Answers, { usageEvents }: MemoryTables): void {
  // A CloudEvents body under another content type is read differently.
  if (results.length !== elements.length || elements.length > 100) return;
  const stored = usageEvents.map(parseUsageEventItem).flatMap((item) => ('event' in item ? [item.event] : []));
  elements.forEach(({ good }, index) => {
    if (good === undefined || results[index]?.reason === 'malformed') return;
    const { id, quantity } = good;
    promise(results[index]?.id === id, `the answer to ${id} stands elsewhere`);
    promise(
      stored.some((event) => event.id === id && event.quantity.eq(decimal(quantity))),
      `the good event ${id} is not stored with its quantity`,
    );
  });
}

function givenFunction() {
  const surroundings = new Surroundings(METRICS);
  const { tables } = surroundings;
  const { active, ended, contract } = SUBSCRIPTION_IDS;
  tables.given(aSubscription({ subscriptionId: active, productCode: 'metered' }));
  const over = { state: 'ended', endingAt: '2026-03-01T00:00:00.000Z' } as const;
  tables.given({ ...aSubscription({ subscriptionId: ended, productCode: 'metered' }), ...over });
  tables.given(aSubscription({ subscriptionId: contract, productCode: 'contract' }));
  const run = createHandler(surroundings.ports, surroundings.config({ products: [METERED, CONTRACT] }));
  return { surroundings, run };
}
