import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';

const DAY = '2026-07-14';
const MONTH = ['--month', '2026-07'];

const running = useFlow({ mayFail: true });
const operator = new Operator(running);

let lostAnswer: { agreement: Agreement; subscriptionId: string };
let lostCall: typeof lostAnswer;

const report = (subscriptionId: string, id: string, quantity: string) =>
  running.report([{ id, subscriptionId, quantity }]);

/**
 * Two buyers use something in the hour that begins at 9. Of the first, AWS takes 2 more in the hour at 10, and its answer is
 * lost; of the second, the call that should bring 3 more in the hour at 11 never arrives. Both hours end unconfirmed.
 */
beforeAll(async () => {
  lostAnswer = await running.givenBuyer();
  lostCall = await running.givenBuyer();
  await report(lostAnswer.subscriptionId, 'a', '5');
  await report(lostCall.subscriptionId, 'b', '4');
  await running.stack.runHour();
  await report(lostAnswer.subscriptionId, 'c', '2');
  running.marketplace.plantFault({ kind: 'dropAfterCommit', operation: 'BatchMeterUsage', rate: 1 });
  await running.stack.runHour();
  running.marketplace.clearFaults();
  running.marketplace.plantFault({ kind: 'dropBeforeCommit', operation: 'BatchMeterUsage', rate: 1 });
  await report(lostCall.subscriptionId, 'd', '3');
  for (let hour = 0; hour < 27; hour += 1) await running.stack.runHour();
  running.marketplace.clearFaults();
});

afterAll(() => operator.leave());

const reconciled = async (...args: string[]) => (await operator.ask('reconcile', ...MONTH, ...args)).json.billed;
const settled = async (...args: string[]) => (await operator.ask('settle', ...MONTH, ...args)).json.hours;

/** The simulator's feed, as a file that is changed line by line. */
function feedFile(name: string, change: (line: string) => string[]): string {
  const [header = '', ...lines] = running.marketplace.dailyUsage('2026-07').trim().split('\n');
  return operator.file(name, [header, ...lines.flatMap(change), ''].join('\n'));
}

describe('what AWS billed', () => {
  it('is the third column of a reconciliation, and says which days the feed may not have yet', async () => {
    expect(await reconciled()).toMatchObject({
      source: "the simulator's Daily Usage data feed",
      totals: [{ dimension: 'events', used: '14', submitted: '14', billed: '11', difference: '-3' }],
      differences: [
        { kind: 'unconfirmedBilled', subscriptionIds: [lostAnswer.subscriptionId], submitted: '7', billed: '7' },
        { kind: 'lateRefresh', subscriptionIds: [lostCall.subscriptionId], submitted: '7', billed: '4' },
      ],
    });
  });

  it('settles nothing while the feed may lack hours of the day', async () => {
    const { exitCode, json } = await operator.ask('settle', ...MONTH);
    expect([exitCode, json.hours.map(({ outcome }: { outcome: string }) => outcome)]).toEqual([
      1,
      ['undecided', 'undecided'],
    ]);
  });

  it('says three days later which unconfirmed hours AWS billed, in 80 columns', async () => {
    running.clock.set(Date.parse('2026-07-18T09:00:00Z'));
    expect((await reconciled()).differences).toMatchObject([
      { kind: 'unconfirmedBilled', agreementId: lostAnswer.agreement.agreementId },
      { kind: 'unconfirmedNotBilled', agreementId: lostCall.agreement.agreementId },
    ]);
    // `run` fails for a line that is wider.
    const { exitCode, output } = await operator.run('reconcile', ...MONTH);
    expect(exitCode).toBe(1);
    expect(output).toContain('AWS billed 0 days as submitted; 2 days to look at.');
    expect(output).toMatch(/│ flow-license │ events +│ +14 │ +14 │ +11 │/);
    expect(output).toContain(`${lostCall.agreement.agreementId}: ${lostCall.subscriptionId}`);
    expect(output).toMatch(/unconfirmed: not billed +│ 2026-07-14 +│ events +│ +7 │ +4 │ +7 │/);
  });

  it('finds every kind of difference in a feed that has them', async () => {
    const other = { day: DAY, product: expect.any(String), dimension: 'events' };
    const asOf = (line: string) => line.replaceAll('2026-07-15T00:00:00Z', '2026-07-18T00:00:00Z');
    const ofFirst = (line: string) => line.includes(lostAnswer.agreement.agreementId);
    const foreign = (line: string) =>
      asOf(line)
        .replaceAll(lostCall.agreement.agreementId, 'agmt-foreign')
        .replace(/"[0-9a-f]{64}"/, '"foreign"');
    const file = feedFile('differences.csv', (line) =>
      ofFirst(line) ? [asOf(line.replace('"7.00"', '"6.00"'))] : [asOf(line), foreign(line)],
    );
    const csv = join(operator.folder, 'month.csv');
    const billed = await reconciled('--billed-files', file, '--csv', csv);
    expect(billed.asOf).toBe('2026-07-18T00:00:00.000Z');
    expect(billed.differences).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...other, kind: 'otherMeter', agreementId: 'agmt-foreign', billed: '4' }),
        expect.objectContaining({ ...other, kind: 'unconfirmedNotBilled', billed: '4' }),
        expect.objectContaining({ ...other, kind: 'unconfirmedUnclear', billed: '6' }),
      ]),
    );
    const rows = readFileSync(csv, 'utf8');
    expect(rows).toMatch(/^kind,.*,awsCustomer,agreementId,usedHere,submitted,billedByAws\r\n/);
    expect(rows).toMatch(/\r\nbilled:otherMeter,2026-07-14,.*,agmt-foreign,0,0,4\r\n/);

    const taken = feedFile('taken.csv', (line) =>
      ofFirst(line) ? [asOf(line), asOf(line.replace('"7.00"', '"-7.00"').replace(/"[0-9a-f]{64}"/, '"back"'))] : [],
    );
    expect((await reconciled('--billed-files', taken)).differences).toMatchObject([
      { kind: 'adjustment', billed: '0' },
      { kind: 'notBilled', billed: '0', submitted: '7' },
    ]);
    expect((await settled('--billed-files', taken)).map(({ why }: { why: string }) => why)).toEqual([
      'AWS corrected the day',
      'the feed has no row of this day: AWS billed nothing, or files are missing',
    ]);
  });

  it('settles the hours that the feed decides, first as a dry run', async () => {
    const decided = [
      { subscriptionId: lostAnswer.subscriptionId, hour: '2026-07-14T10', quantity: '2', as: 'billed' },
      { subscriptionId: lostCall.subscriptionId, hour: '2026-07-14T11', quantity: '3', as: 'carried' },
    ];
    const dry = await operator.run('settle', ...MONTH);
    expect([dry.exitCode, dry.output.replaceAll(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining('This was a dry run'),
    ]);
    expect(await settled()).toMatchObject(decided.map((each) => ({ ...each, outcome: 'wouldSettle' })));

    expect((await operator.run('settle', ...MONTH, '--apply')).errors).toContain(
      'give both --reason CODE and --ticket',
    );
    expect(await settled('--apply', ...BECAUSE)).toMatchObject(
      decided.map((each) => ({ ...each, outcome: 'settled' })),
    );

    const { acts } = (await operator.ask('audit', '--since', '2026-07-18T00:00:00Z')).json;
    const actOf = ({ subscriptionId, hour, as }: (typeof decided)[number]) => ({
      command: 'settle',
      ids: expect.objectContaining({ subscriptionId, hour, as, by: 'usageFeed', asOf: '2026-07-18T09:00:00.000Z' }),
      outcome: 'done',
    });
    expect(acts).toHaveLength(2);
    expect(acts).toEqual(expect.arrayContaining(decided.map((each) => expect.objectContaining(actOf(each)))));
    expect(await settled()).toEqual([]);
    expect(await reconciled()).toMatchObject({
      equal: 1,
      differences: [{ kind: 'refused', subscriptionIds: [lostCall.subscriptionId] }],
    });
  });

  it('bills what it carried once, with the current hour', async () => {
    await running.settled();
    await running.stack.runHour();
    expect(running.billed(lostCall.agreement)).toEqual({ events: '7' });
    expect(running.billed(lostAnswer.agreement)).toEqual({ events: '7' });
  });

  it.each([
    [['settle', 's-1', 'events'], 'Give a subscription, a dimension and an hour, or --month with --billed-files.'],
    [['settle', '--billed-files', 'feed'], 'Give a subscription, a dimension and an hour, or --month'],
    [['settle', ...MONTH, '--carry'], 'With --month the feed names and decides the hours'],
    [['reconcile', ...MONTH, '--billed-files', 'nowhere'], 'nowhere cannot be read.'],
  ])('says how to call %j', async (args, sentence) => {
    expect(await operator.run(...args)).toMatchObject({ exitCode: 2, errors: expect.stringContaining(sentence) });
  });
});
