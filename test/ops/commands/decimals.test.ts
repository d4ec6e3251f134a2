import { beforeEach, expect, it } from 'vitest';
import type { Report } from '../../../ops/command';
import { decimals } from '../../../ops/commands/decimals';
import { PRODUCT_CODE } from '../../builders/a-payer';
import { MINUTE_MS } from '../../builders/a-usage-event';
import { aDecimalPath, afterHour } from '../../functions/a-decimal-path';
import { opsOn, run } from './a-command';

const BECAUSE = ['--reason', 'ignored', '--ticket', 'C-1', '--apply'];

let path: ReturnType<typeof aDecimalPath>;
let operate: (...args: string[]) => Promise<Report>;

/** AWS has ignored the decimals of one record; those of two later hours wait. */
beforeEach(async () => {
  path = aDecimalPath();
  path.marketplace.setDecimals('unknown');
  for (const hour of [0, 1, 2]) {
    await path.use('1.8', { hour });
    for (const minutes of [0, 30]) await path.meter({ at: afterHour(hour) + minutes * MINUTE_MS });
  }
  const ops = await opsOn(path);
  operate = async (...args) => run(decimals, ops, 'decimals', ...args);
});

it('says of a halted product how many records wait, and how long AWS takes the first of them', async () => {
  const { json, exitCode } = await operate();
  // At 15:35, of the hour from 13:00, which AWS takes for a day.
  const waits = { productCode: PRODUCT_CODE, state: 'halted', reason: 'echoDiffers', waiting: 2, hoursLeft: 21.4 };
  expect([json, exitCode]).toMatchObject([{ products: [waits] }, 1]);
});

it('says nothing of hours left for a product whose decimals wait for nothing, and does not fail', async () => {
  await operate('whole', PRODUCT_CODE, ...BECAUSE);
  const { json, exitCode } = await operate();
  expect([json, exitCode]).toMatchObject([{ products: [{ state: 'halted', waiting: 0, hoursLeft: undefined }] }, 0]);
});

const outcomes = ({ json, exitCode }: Report) => {
  const { applied, records } = json as { applied: boolean; records: { hour: string; outcome: string }[] };
  return [applied, records.map(({ hour, outcome }) => `${hour} ${outcome}`), exitCode];
};

it('bills in whole units only when it is applied', async () => {
  for (const args of [[], BECAUSE]) {
    const isApplied = args.length > 0;
    const outcome = isApplied ? 'whole' : 'canBeWhole';
    const records = ['13', '14'].map((hour) => `2026-03-10T${hour} ${outcome}`);
    expect(outcomes(await operate('whole', PRODUCT_CODE, ...args))).toEqual([isApplied, records, 0]);
  }
});

it('fails while AWS has not answered a send of a record, which can therefore not be frozen anew', async () => {
  const [first] = path.tables.hours.filter((hour) => hour.state === 'sealed');
  const waiting = first && (await path.hourlyUsage.get(first));
  if (waiting?.state !== 'sealed') throw new Error('No record waits.');
  await path.hourlyUsage.claimSend({ ...waiting, hourKey: waiting });
  const records = ['2026-03-10T13 unanswered', '2026-03-10T14 whole'];
  expect(outcomes(await operate('whole', PRODUCT_CODE, ...BECAUSE))).toEqual([true, records, 1]);
});
