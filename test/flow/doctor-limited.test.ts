import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { Operator } from './operator';
import { CONTRACT_PRODUCT, LICENSE_PRODUCT } from './products';

/** A test that acts as the buyer plays what a person does on a Limited listing. */
const running = useFlow();
const operator = new Operator(running);
afterAll(() => operator.leave());

interface Seen {
  exitCode: number;
  /** The steps that are done, and the next one. */
  done: string[];
  next: string | undefined;
}

async function look(product: string, { accountId }: Pick<Agreement, 'accountId'>): Promise<Seen> {
  const { exitCode, json } = await operator.ask('doctor', '--limited', '--product', product, '--account', accountId);
  const inState = (state: string) =>
    json.steps.filter((step: { state: string }) => step.state === state).map((step: { step: string }) => step.step);
  return { exitCode, done: inState('done'), next: inState('next')[0] };
}

describe('doctor --limited', () => {
  let agreement: Agreement;
  let id: string;
  beforeAll(() => {
    agreement = running.subscribe(LICENSE_PRODUCT);
  });

  it('follows a purchase from the registration to the last unit of usage', async () => {
    const stranger = { accountId: '123412341234' };
    expect(await look(LICENSE_PRODUCT, stranger)).toEqual({ exitCode: 1, done: [], next: 'subscribed and registered' });
    id = await running.register(agreement);
    const usage = { subscriptionId: id, dimension: 'events', quantity: '17.25' };
    const registered = ['subscribed and registered', 'active'];
    expect(await look(LICENSE_PRODUCT, agreement)).toEqual({ exitCode: 1, done: registered, next: 'usage reported' });
    await running.report([{ ...usage, id: 'first' }]);
    expect((await look(LICENSE_PRODUCT, agreement)).next).toBe('usage accepted');
    await running.stack.runHour();
    expect((await look(LICENSE_PRODUCT, agreement)).next).toBe('unsubscribed');
    await running.report([{ ...usage, id: 'last' }]);
    running.marketplace.endAgreement(agreement.agreementId);
    await running.settled();
    expect((await look(LICENSE_PRODUCT, agreement)).next).toBe('ended');
    await running.passQuarters(6);
    const ended = await look(LICENSE_PRODUCT, agreement);
    expect([ended.exitCode, ended.next, ended.done.at(-1)]).toEqual([0, undefined, 'nothing left']);
  });

  it('writes down what it saw, as played by the simulator', async () => {
    const file = join(operator.folder, 'facts.json');
    const where = ['--product', LICENSE_PRODUCT, '--account', agreement.accountId, '--write', file];
    const { output } = await operator.run('doctor', '--limited', ...where);
    expect(output).toContain('The walk is done.');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      product: LICENSE_PRODUCT,
      isDone: true,
      facts: [
        {
          fact: expect.stringContaining('registration.'),
          measured: expect.stringMatching(/^\d+ seconds/),
          known: 'played',
        },
        {
          fact: expect.stringContaining('QuantityAsDecimal'),
          measured: '2 records accepted, 0 refused, among the accepted 17.25',
          agrees: true,
        },
        { fact: expect.stringContaining('one hour'), measured: expect.stringContaining('came first') },
        {
          fact: expect.stringContaining('after its end'),
          measured: '1 of 1 records of that hour accepted',
          agrees: true,
        },
      ],
    });
  });

  it('asks for entitlements and not for usage of a product with contract pricing', async () => {
    const entitlements = [{ dimension: 'events', value: { IntegerValue: 5 } }];
    const contract = running.subscribe(CONTRACT_PRODUCT, { entitlements });
    await running.register(contract);
    await running.settled();
    const { done, next } = await look(CONTRACT_PRODUCT, contract);
    expect(done).toEqual(['subscribed and registered', 'active', 'entitlements known']);
    expect(next).toBe('unsubscribed');
  });

  it.each([
    [['--limited'], 2, 'needs --product'],
    [['--limited', '--product', 'other', '--account', '111122223333'], 1, 'The configuration has no product other.'],
  ])('says what is missing in %j', async (args, exitCode, sentence) => {
    expect(await operator.run('doctor', ...args)).toMatchObject({
      exitCode,
      errors: expect.stringContaining(sentence),
    });
  });
});
