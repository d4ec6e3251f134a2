import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';
import { LICENSE_PRODUCT } from './products';

const running = useFlow({ mayFail: true });
const operator = new Operator(running);
let id: string;
let billed: () => Record<string, string>;

/** AWS ignores decimals while a buyer uses 1.8 in each of two dimensions, and 1.8 an hour later. */
beforeAll(async () => {
  const agreement = running.subscribe(LICENSE_PRODUCT);
  billed = () => running.billed(agreement);
  id = await running.register(agreement);
  running.marketplace.setDecimals('unknown');
  await running.report(
    ['events', 'dimension_1'].map((dimension) => ({ id: dimension, subscriptionId: id, dimension, quantity: '1.8' })),
  );
  await running.stack.runHour();
  await running.report([{ id: 'later', subscriptionId: id, dimension: 'dimension_2', quantity: '1.8' }]);
  await running.stack.runHour();
});

afterAll(() => operator.leave());

const trialOf = async () => {
  const { json, exitCode } = await operator.ask('decimals');
  const { products } = json as { products: { productCode: string }[] };
  return { ...products.find(({ productCode }) => productCode === LICENSE_PRODUCT), exitCode };
};
const unconfirmed = async (): Promise<{ dimension: string; hour: string }[]> => {
  const { json } = await operator.ask('rejected');
  return (json as { hours: { dimension: string; hour: string; state: string }[] }).hours;
};

describe("the operator's answer to an AWS that ignores decimals", () => {
  it('shows the halt, with the records that wait and the hours that are left', async () => {
    expect(await trialOf()).toMatchObject({ state: 'halted', reason: 'echoDiffers', waiting: 2, exitCode: 1 });
    expect(billed()).toEqual({ [(await unconfirmed())[0]?.dimension ?? '']: '0' });
  });

  it('bills what waits in whole units, after a dry run, and says that the configuration is still decimal', async () => {
    const dry = await operator.run('decimals', 'whole', LICENSE_PRODUCT);
    expect(dry.output).toContain('This was a dry run');
    expect(await trialOf()).toMatchObject({ waiting: 2 });
    const { json } = await operator.ask('decimals', 'whole', LICENSE_PRODUCT, '--apply');
    expect(json).toMatchObject({ applied: true, records: [{ outcome: 'whole' }, { outcome: 'whole' }] });
    expect(dry.output).toContain('The configuration still bills');
    await running.stack.runHour();
    expect(Object.values(billed()).sort()).toEqual(['0', '1', '1']);
  });

  it('resumes when AWS is mended, after a dry run, and the fractions are billed', async () => {
    running.marketplace.setDecimals('known');
    expect((await operator.run('decimals', 'resume', LICENSE_PRODUCT)).output).toContain('This was a dry run');
    expect(await trialOf()).toMatchObject({ state: 'halted' });
    expect((await operator.ask('decimals', 'resume', LICENSE_PRODUCT, '--apply')).exitCode).toBe(0);
    for (let hour = 0; hour < 3; hour += 1) await running.stack.runHour();
    expect(await trialOf()).toMatchObject({ state: 'proven', waiting: 0, exitCode: 0 });
    expect(Object.values(billed()).sort()).toEqual(['0', '1.8', '1.8']);
    expect(await operator.run('decimals', 'resume', LICENSE_PRODUCT, '--apply')).toMatchObject({ exitCode: 1 });
  });

  it('carries the hour that AWS billed as 0, with the reason, after a dry run', async () => {
    const [{ dimension = '', hour = '' } = {}] = await unconfirmed();
    const settle = ['settle', id, dimension, hour, '--carry', ...BECAUSE];
    expect((await operator.run(...settle)).output).toContain('This was a dry run');
    expect(await unconfirmed()).toHaveLength(1);
    expect((await operator.ask(...settle, '--apply')).json).toMatchObject({ applied: true, quantity: '1.8' });
    expect((await operator.ask('explain', id, dimension, hour)).json).toMatchObject({
      state: 'carried',
      settledReason: 'case C-123',
    });
    expect((await operator.run(...settle, '--apply')).errors).toContain('The hour is carried.');
    for (let n = 0; n < 2; n += 1) await running.stack.runHour();
    expect(Object.values(billed()).sort()).toEqual(['1.8', '1.8', '1.8']);
  });

  it('refuses a settlement that says neither or both, and an unknown product', async () => {
    const settle = ['settle', id, 'events', '2026-07-14T09'];
    expect(await operator.run(...settle)).toMatchObject({ exitCode: 2 });
    expect(await operator.run(...settle, '--billed', '--carry')).toMatchObject({ exitCode: 2 });
    expect(await operator.run('decimals', 'whole', 'nothing')).toMatchObject({ exitCode: 2 });
  });
});
