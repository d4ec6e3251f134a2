import { describe as suite, expect, it } from 'vitest';
import * as z from 'zod';
import { createDependencies } from '../../lambdas/describe-subscription/dependencies';
import { describe } from '../../lambdas/describe-subscription/describe-subscription';
import { decimal } from '../../lambdas/shared/domain/decimal';
import type { Hour } from '../../lambdas/shared/domain/hour';
import type { HourFields, HourlyUsage } from '../../lambdas/shared/domain/hourly-usage';
import type { LifeFact } from '../../lambdas/shared/domain/subscription';
import type { HoursQuestion } from '../../lambdas/shared/stores/subscription-usage';
import { DynamoDbUsageTallyStore } from '../../lambdas/shared/stores/usage-tallies';
import { aSubscription } from '../builders/a-subscription';
import { aUsageEvent, HOUR_MS, NOON_MS } from '../builders/a-usage-event';
import { anEntitlement } from '../builders/an-entitlement';
import { anHttpRequest } from '../builders/an-http-request';
import { aSubscriptionId } from '../builders/ids';
import { UsagePath } from './usage-path';

const ID = aSubscriptionId(1);

/** An earlier version did not add up the quantities of an hour. */
function givenOfEarlierVersion({ tables }: UsagePath): void {
  for (const { units, summed, ...before } of [...tables.dynamoDb.table('hourlyUsage').items()])
    tables.put('hourlyUsage', before);
}

const sums = z.object({
  usage: z.object({
    dimensions: z.array(
      z.object({
        dimension: z.string(),
        open: z.string(),
        month: z.string(),
        estimate: z.literal(true).optional(),
      }),
    ),
    before: z.string().optional(),
  }),
});

function given() {
  const path = new UsagePath();
  const deps = createDependencies(path.ports, path.config);
  const get = (url: string) => {
    const [at = '', query] = url.split('?');
    return describe(anHttpRequest({ path: at, query: new URLSearchParams(query) }), deps);
  };
  const use = (quantity: string, hours = 0, dimension = 'events') =>
    path.deliver(aUsageEvent({ subscriptionId: ID, quantity, dimension, timeMs: NOON_MS + hours * HOUR_MS }));
  const entitle = (...list: ReturnType<typeof anEntitlement>[]) => {
    const checkedAt = new Date(NOON_MS - 60_000).toISOString();
    const checked = { subscriptionId: ID, checkedAt, entitlements: list };
    return path.entitlements.save({ checked, comparedWith: undefined, nextCheckAtMs: undefined });
  };
  return { path, deps, get, use, entitle };
}

suite('GET /subscriptions/{subscriptionId}', () => {
  it('shows state, entitlements with their age, usage of the open hours and of the month, and the last outcomes', async () => {
    const { path, get, use, entitle } = given();
    await entitle(
      anEntitlement({ dimension: 'events', amount: '100' }),
      anEntitlement({ dimension: 'seats', amount: '5' }),
    );
    await use('2.5', -1);
    await path.meter({ at: NOON_MS + 300_000 });
    await use('0.1');
    await use('0.2');
    await expect(get(`/subscriptions/${ID}`)).resolves.toMatchObject({
      subscriptionId: ID,
      state: 'active',
      acceptsUsage: true,
      productName: 'Example',
      entitlements: {
        ageSeconds: 360,
        list: [{ dimension: 'events', kind: 'integer', value: '100' }, { dimension: 'seats' }],
      },
      usage: {
        month: '2026-03',
        dimensions: [
          { dimension: 'events', unit: 'event', open: '0.3', month: '2.8', entitled: '100' },
          { dimension: 'seats', open: '0', month: '0', entitled: '5' },
        ],
      },
      lastOutcomes: [{ hour: '2026-03-10T11', state: 'billed', quantity: '2.5', used: '2.5' }],
    });
  });

  it('shows the ten newest outcomes', async () => {
    const { path, get, use } = given();
    for (let hour = 1; hour <= 11; hour += 1) await use(String(hour), -hour);
    await path.meter({ at: NOON_MS + 300_000 });
    const { lastOutcomes } = z
      .object({ lastOutcomes: z.array(z.object({ quantity: z.string() })) })
      .parse(await get(`/subscriptions/${ID}`));
    const newest = Array.from({ length: 10 }, (_, index) => String(index + 1));
    expect(lastOutcomes.map(({ quantity }) => quantity)).toEqual(newest);
  });

  it('shows outcomes although the current hour has usage in more dimensions than are read', async () => {
    const { path, get, use } = given();
    await use('1', -1);
    await path.meter({ at: NOON_MS + 300_000 });
    await path.deliver(
      ...Array.from({ length: 50 }, (_, n) => aUsageEvent({ subscriptionId: ID, dimension: `d${n}` })),
    );
    await expect(get(`/subscriptions/${ID}`)).resolves.toMatchObject({ lastOutcomes: [{ hour: '2026-03-10T11' }] });
  });

  it('names the last activation of a buyer who came back', async () => {
    const { path, get } = given();
    const [began, ended, again] = ['2026-01-01', '2026-02-01', '2026-03-01'].map((day) => `${day}T00:00:00.000Z`);
    const life = [
      { at: began, kind: 'began' },
      { at: ended, kind: 'licenseDeprovisioned' },
      { at: again, kind: 'began' },
    ] as LifeFact[];
    path.givenSubscription({ activatedAt: began, begunAt: again, life });
    await expect(get(`/subscriptions/${ID}`)).resolves.toMatchObject({ activatedAt: again });
  });

  it('counts neither the previous month nor other subscriptions', async () => {
    const { path, get, use } = given();
    await use('1', -10 * 24);
    await path.deliver(aUsageEvent({ subscriptionId: aSubscriptionId(2) }));
    expect(sums.parse(await get(`/subscriptions/${ID}`)).usage.dimensions).toEqual([]);
  });

  it('continues where the last answer ended, so that the answers add up to the month', async () => {
    const { path, get, use } = given();
    path.usageTallies = new DynamoDbUsageTallyStore(path.tables.database, { eventRetentionDays: 90, openHourBytes: 0 });
    for (let hour = 0; hour < 20; hour += 1) {
      await use('1', -hour);
      await use('0.5', -hour, 'compute_hours');
    }
    givenOfEarlierVersion(path);
    let place = '';
    const totals: Record<string, number> = { events: 0, compute_hours: 0 };
    let answers = 0;
    do {
      const { usage } = sums.parse(await get(`/subscriptions/${ID}?before=${place}`.replace(/\?before=$/, '')));
      for (const { dimension, month } of usage.dimensions) totals[dimension] = (totals[dimension] ?? 0) + Number(month);
      place = usage.before ?? '';
      answers += 1;
    } while (place !== '');
    expect(totals).toEqual({ events: 20, compute_hours: 10 });
    expect(answers).toBeGreaterThan(1);
  });

  it('estimates an open hour with tallies without reading them, and says so', async () => {
    const { path, get, use } = given();
    for (let n = 0; n < 60; n += 1) await use('0.1');
    await use('2', 0, 'compute_hours');
    const sent: string[] = [];
    path.tables.before = async (command) => sent.push(JSON.stringify(command.input));
    const shown = await get(`/subscriptions/${ID}`);
    expect(path.tables.tallies).not.toEqual([]);
    expect(sent.filter((input) => input.includes('usageTallies'))).toEqual([]);
    expect(sums.parse(shown).usage.dimensions).toEqual([
      { dimension: 'compute_hours', open: '2', month: '2' },
      { dimension: 'events', open: '6', month: '6', estimate: true },
    ]);
  });

  it('folds an open hour to which an earlier version added tallies, so that its usage is exact', async () => {
    const { path, get, use } = given();
    for (let n = 0; n < 60; n += 1) await use('0.1');
    givenOfEarlierVersion(path);
    const [dimension] = sums.parse(await get(`/subscriptions/${ID}`)).usage.dimensions;
    expect(dimension).toEqual({ dimension: 'events', open: '6', month: '6' });
  });

  it('omits entitlements that were never read from AWS, and shows that an ending subscription accepts no usage', async () => {
    const { path, get } = given();
    path.givenSubscription({ state: 'ending', endings: [] });
    const shown = await get(`/subscriptions/${ID}`);
    expect(shown).toMatchObject({ state: 'ending', acceptsUsage: false, entitlements: undefined });
    expect(shown).not.toHaveProperty('endings');
  });

  it.each(['nobody', '%', 's-1%2F', 's'.repeat(3000)])('answers 404 for the unknown subscription %s', async (id) => {
    await expect(given().get(`/subscriptions/${id}`)).rejects.toMatchObject({ statusCode: 404 });
  });

  it.each([
    'x',
    Buffer.from('["2026",""]').toString('base64url'),
    Buffer.from(`["2026-11-23T05","${'d'.repeat(2000)}"]`).toString('base64url'),
    '',
  ])('refuses the malformed place %s', async (place) => {
    const { get } = given();
    await expect(get(`/subscriptions/${ID}?before=${place}`)).rejects.toMatchObject({ statusCode: 400 });
  });
});

suite('the hours of a subscription, as its page shows them', () => {
  /** What the page shows of hours that are like a billed one but for these fields, page by page of the table. */
  async function shown(pages: Partial<HourFields>[][]) {
    const { path, deps, use } = given();
    await use('2', -1);
    await path.meter({ at: NOON_MS + 300_000 });
    const [billed] = (await path.usage.listHours({ subscriptionId: ID })).hours;
    const asked: HoursQuestion[] = [];
    const listHours = async (question: HoursQuestion) => {
      asked.push(question);
      const page = question.limit === undefined ? asked.filter(({ limit }) => limit === undefined).length - 1 : 0;
      const hours = (pages[page] ?? []).map((fields) => ({ ...billed, ...fields }) as HourlyUsage);
      return { hours, hasMore: pages[page + 1] !== undefined };
    };
    const usage = { listHours, listBalances: path.usage.listBalances.bind(path.usage) };
    return { shown: await describe(anHttpRequest({ path: `/subscriptions/${ID}` }), { ...deps, usage }), asked };
  }

  it('say what became of every part of the usage, each under its own name', async () => {
    const parts = {
      coveredQuantity: decimal('1'),
      rejectedQuantity: decimal('2'),
      withheldQuantity: decimal('3'),
      carriedOut: decimal('4'),
      lastAnswer: 'notSubscribed',
      lastReason: 'why',
    } as const;
    const told = { covered: '1', notSubscribedThen: '2', withheld: '3', carriedOut: '4' };
    expect((await shown([[parts]])).shown).toMatchObject({
      lastOutcomes: [{ ...told, used: '2', lastAnswer: 'notSubscribed', lastReason: 'why' }],
    });
  });

  it('name every hour that waits for the operator', async () => {
    const held = [{ held: 'onHold' }, { held: 'aboveMaximum' }] as const;
    const { heldHours } = (await shown([[...held]])).shown as { heldHours: { reason: string }[] };
    expect(heldHours.map(({ reason }) => reason)).toEqual(['onHold', 'aboveMaximum']);
  });

  it('count as open only while they are, so that sealed usage is not shown as usage that may still change', async () => {
    expect(sums.parse((await shown([[{ state: 'sealed' }]])).shown).usage.dimensions).toEqual([
      { dimension: 'events', open: '0', month: '2' },
    ]);
  });

  it('are added up over four pages of the table, each after the one before, and the place is told', async () => {
    const hours = ['10', '09', '08', '07', '06'].map((hour) => [{ hour: `2026-03-10T${hour}` as Hour }]);
    const { shown: answer, asked } = await shown(hours);
    const { usage } = sums.parse(answer);
    expect([usage.dimensions[0]?.month, usage.before]).toEqual(['8', expect.any(String)]);
    const places = asked.filter(({ limit }) => limit === undefined).map(({ before }) => before?.hour.slice(11));
    expect(places).toEqual([undefined, '10', '09', '08']);
  });
});

suite('GET /subscriptions', () => {
  it('lists the subscriptions of an account, with their entitlements, page by page', async () => {
    const { path, get, entitle } = given();
    const customerAWSAccountId = '111122223333';
    path.givenSubscription({ customerAWSAccountId });
    for (let n = 0; n < 25; n += 1) path.tables.given(aSubscription({ customerAWSAccountId }));
    await entitle(anEntitlement());
    const page = z.object({
      subscriptions: z.array(z.looseObject({ subscriptionId: z.string() })),
      after: z.string().optional(),
    });
    const first = page.parse(await get(`/subscriptions?customerAWSAccountId=${customerAWSAccountId}`));
    const rest = page.parse(
      await get(`/subscriptions?customerAWSAccountId=${customerAWSAccountId}&after=${first.after}`),
    );
    const all = [...first.subscriptions, ...rest.subscriptions];
    expect(new Set(all.map(({ subscriptionId }) => subscriptionId)).size).toBe(26);
    expect(all.find(({ subscriptionId }) => subscriptionId === ID)).toMatchObject({ entitlements: { ageSeconds: 60 } });
    expect([first.subscriptions.length, rest.after]).toEqual([25, undefined]);
  });

  it.each(['', '?customerAWSAccountId=', '?customerAWSAccountId=12', `?customerAWSAccountId=${'1'.repeat(3000)}`])(
    'refuses a request without an account: %s',
    async (query) => {
      const answer = given().get(`/subscriptions${query}`);
      await expect(answer).rejects.toMatchObject({ statusCode: 400, reason: 'accountMissing' });
    },
  );

  it.each(['', '%20', 's-1%23', 's'.repeat(3000)])('refuses the malformed place after=%s', async (after) => {
    const answer = given().get(`/subscriptions?customerAWSAccountId=111122223333&after=${after}`);
    await expect(answer).rejects.toMatchObject({ statusCode: 400, reason: 'malformedPlace' });
  });
});
