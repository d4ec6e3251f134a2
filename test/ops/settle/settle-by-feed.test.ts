import { expect, it } from 'vitest';
import { hourOf, type HourKey } from '../../../lambdas/shared/domain/hour';
import { listActs } from '../../../ops/audit/acts';
import { settleDecided } from '../../../ops/settle/settle-by-feed';
import { settleHour } from '../../../ops/settle/settle-hour';
import { PRODUCT_CODE } from '../../builders/a-payer';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../../builders/a-usage-event';
import { aSubscriptionId } from '../../builders/ids';
import { answered, givenPath } from '../../functions/a-scripted-path';
import { GRACE_MS } from '../../functions/usage-path';
import { anOperatorsOps } from '../redrive/an-operators-ops';

it('settles the other hours when AWS’s answer has ended one since it was read, and audits each', async () => {
  const echo = answered({ kind: 'echoDiffers', meteringRecordId: 'm-1', echoed: '0' });
  const path = givenPath(echo, echo);
  await path.deliver(aUsageEvent({ quantity: '2' }));
  await path.meter();
  path.tables.givenProvenDecimals(PRODUCT_CODE);
  await path.deliver(aUsageEvent({ quantity: '3', timeMs: NOON_MS + HOUR_MS }));
  await path.meter({ at: NOON_MS + 2 * HOUR_MS + GRACE_MS });
  expect(path.hours).toEqual({ '2026-03-10T12': ['unconfirmed', '2'], '2026-03-10T13': ['unconfirmed', '3'] });

  const { client: dynamoDb, tables } = path.tables.database;
  const nowMs = Date.parse('2026-03-20T00:00:00Z');
  const { installation } = await anOperatorsOps(path.config.configuration, nowMs);
  const ops = { installation: { ...installation, dynamoDb, tables } };
  const deps = path.meterDeps();
  const decisionOf = (hourMs: number, quantity: string) => ({
    ...{ subscriptionId: aSubscriptionId(1), dimension: 'events', hour: hourOf(hourMs) },
    ...{ quantity, as: 'billed' as const, why: 'AWS billed 5 for the day' },
  });
  const ended = new Set<string>([hourOf(NOON_MS)]);
  const get = async (key: HourKey) => {
    if (ended.delete(key.hour)) await settleHour(key, { as: 'billed', reason: 'an answer' }, path.meterDeps());
    return path.hourlyUsage.get(key);
  };
  const hourlyUsage = {
    get,
    getBalance: path.hourlyUsage.getBalance.bind(path.hourlyUsage),
    settleUnconfirmed: path.hourlyUsage.settleUnconfirmed.bind(path.hourlyUsage),
  };

  const outcomes = await settleDecided(
    ops,
    {
      decisions: [decisionOf(NOON_MS, '2'), decisionOf(NOON_MS + HOUR_MS, '3')],
      because: { reason: 'usage-feed', ticket: 'C-123' },
      asOf: '2026-03-14T00:00:00.000Z',
    },
    { ...deps, hourlyUsage },
  );

  expect(outcomes).toMatchObject([
    { outcome: 'failed', why: expect.stringContaining('The hour is billed.') },
    { outcome: 'settled', why: 'AWS billed 5 for the day' },
  ]);
  const storedOf = async ({ hour }: { hour: HourKey['hour'] }) =>
    path.hourlyUsage.get({ subscriptionId: aSubscriptionId(1), dimension: 'events', hour });
  expect(await Promise.all(outcomes.map(storedOf))).toMatchObject([
    { state: 'billed', settledReason: 'an answer' },
    { state: 'billed', settledReason: 'usage-feed C-123' },
  ]);
  const acts = [];
  for await (const act of listActs(ops.installation, { sinceMs: nowMs, untilMs: nowMs })) acts.push(act);
  expect(acts.map(({ ids, outcome }) => [ids.hour, ids.by, outcome]).sort()).toEqual([
    ['2026-03-10T12', 'usageFeed', 'failed'],
    ['2026-03-10T13', 'usageFeed', 'done'],
  ]);
});
