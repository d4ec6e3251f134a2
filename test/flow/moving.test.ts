import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';
import { LEGACY_CONTRACT_PRODUCT, LEGACY_PRODUCT } from './products';

const running = useFlow();
const operator = new Operator(running);

afterAll(() => operator.leave());

const HEADER = 'customerIdentifier,customerAWSAccountId,licenseArn';
const report = z.object({
  customers: z.array(
    z.object({ outcome: z.string(), licenseFrom: z.string().optional(), reason: z.string().optional() }),
  ),
});

/** Runs `npm run ops -- move` with the mapping of these customers. */
async function move(agreements: readonly Agreement[], ...options: string[]): Promise<string[]> {
  const buyers = new Map(running.marketplace.buyers().map((buyer) => [buyer.accountId, buyer]));
  const rows = agreements.map(
    ({ accountId, licenseArn }) => `${buyers.get(accountId)?.customerIdentifier},${accountId},${licenseArn}`,
  );
  const file = operator.file('mapping.csv', [HEADER, ...rows].join('\n'));
  const { json } = await operator.ask('move', file, ...BECAUSE, ...options);
  await running.settled();
  return report.parse(json).customers.map(({ outcome, licenseFrom, reason }) => reason ?? `${outcome} ${licenseFrom}`);
}

/** Hour of the day, dimension, form and quantity of each line of AWS's ledger. */
const billed = (agreement: Agreement) =>
  running
    .ledgerOf(agreement)
    .map(({ hour, dimension, form, quantity }) => `${hour.slice(11, 13)} ${dimension} ${form} ${quantity}`)
    .sort();

describe('a customer of an older product who moves to a licence', () => {
  it('bills every unit once before a move, after it, and when it is late', async () => {
    const agreement = running.subscribe(LEGACY_PRODUCT);
    const other = running.subscribe(LEGACY_PRODUCT);
    const subscriptionId = await running.register(agreement);
    const otherId = await running.register(other);
    const use = async (id: string, usage: object) => {
      const answers = await running.report([{ id, subscriptionId, ...usage }]);
      expect(answers.map(({ status }) => status)).toEqual(['accepted']);
    };
    await use('before', { quantity: '3.5' });
    await running.stack.runHour();
    expect(billed(agreement)).toEqual(['09 events product 3.5']);
    // It is 10:05.
    await expect(move([agreement])).resolves.toEqual(['moves 2026-07-14T12']);
    await expect(move([agreement], '--apply')).resolves.toEqual(['moved 2026-07-14T12']);
    await use('between', { quantity: 4 });
    await running.stack.runHour();
    await use('last', { quantity: 5 });
    await running.report([{ id: 'other', subscriptionId: otherId, quantity: 6 }]);
    await running.stack.runHour();
    expect(billed(agreement)).toEqual(['09 events product 3.5', '10 events product 4', '11 events product 5']);
    // It is 12:05. Usage for a sealed hour goes to the current hour; usage for an hour without usage stays in that hour.
    await use('late', { quantity: 7, time: '2026-07-14T11:30:00Z' });
    await use('later', { quantity: 8, time: '2026-07-14T10:30:00Z', dimension: 'exports' });
    await use('after', { quantity: '0.5' });
    await running.stack.runHour();
    await use('long after', { quantity: 9 });
    await running.report([{ id: 'other too', subscriptionId: otherId, quantity: 1 }]);
    await running.stack.runHour();
    expect(billed(agreement)).toEqual([
      '09 events product 3.5',
      '10 events product 4',
      '10 exports product 8',
      '11 events product 5',
      '12 events license 7.5',
      '13 events license 9',
    ]);
    expect(billed(other)).toEqual(['11 events product 6', '13 events product 1']);
    expect(running.marketplace.doubleBillings()).toEqual([]);
  });

  it('refuses to move a customer twice or to the licence of another, and keeps one subscription', async () => {
    const [agreement, other] = [running.subscribe(LEGACY_PRODUCT), running.subscribe(LEGACY_PRODUCT)];
    const subscriptionId = await running.register(agreement);
    await running.register(other);
    const first = await move([agreement], '--apply');
    running.clock.advance(30 * 60_000);
    await expect(move([agreement], '--apply')).resolves.toEqual(
      first.map((text) => text.replace('moved', 'alreadyMoved')),
    );
    const stolen = { ...other, licenseArn: agreement.licenseArn };
    await expect(move([stolen], '--apply')).resolves.toEqual(['licenseTaken']);
    const swapped = { ...other, accountId: agreement.accountId };
    await expect(move([swapped], '--apply')).resolves.toEqual(['movedToAnotherLicense']);
    const { marketplace } = running;
    await expect(running.register(agreement)).resolves.toBe(subscriptionId);
    marketplace.endAgreement(agreement.agreementId, { deprovisionAfterSeconds: 5 });
    running.clock.advance(10_000);
    await running.settled();
    const known = await running.application.ask(`/subscriptions?customerAWSAccountId=${agreement.accountId}`);
    const { customerIdentifier } = marketplace.buyers().find((buyer) => buyer.accountId === agreement.accountId) ?? {};
    const { licenseArn } = agreement;
    const moved = { subscriptionId, licenseArn, customerIdentifier, licenseFrom: first[0]?.slice('moved '.length) };
    expect(known).toMatchObject({ subscriptions: [{ ...moved, state: 'ending' }] });
    await expect(move([agreement], '--apply')).resolves.toEqual([expect.stringContaining('alreadyMoved')]);
  });

  it('reads the entitlements of a moved customer after the switch', async () => {
    const { marketplace } = running;
    const value = { IntegerValue: 4 };
    const { agreement, subscriptionId } = await running.givenBuyer(LEGACY_CONTRACT_PRODUCT, {
      entitlements: [{ dimension: 'events', value }],
    });
    await move([agreement], '--apply');
    running.clock.advance(3 * 3_600_000);
    marketplace.changeEntitlements(agreement.agreementId, [{ dimension: 'events', value: { IntegerValue: 9 } }]);
    await running.settled();
    await expect(running.application.ask(`/subscriptions/${subscriptionId}`)).resolves.toMatchObject({
      entitlements: { list: [{ dimension: 'events', value: '9' }] },
    });
  });

  it('shows the operator refusals by line, and moves nobody by an invalid file', async () => {
    const customer = running.subscribe(LEGACY_PRODUCT);
    await running.register(customer);
    const buyer = running.marketplace.buyers().find(({ accountId }) => accountId === customer.accountId);
    const row = `${buyer?.customerIdentifier},${customer.accountId},${customer.licenseArn}`;
    const stranger = `nobody,111122223333,${customer.licenseArn.slice(0, -1)}x`;
    const partly = await operator.run('move', operator.file('mapping.csv', [HEADER, stranger, row].join('\n')));
    expect(partly).toMatchObject({ exitCode: 1, output: expect.stringMatching(/2 .*nobody .*unknownCustomer/) });
    expect(partly.output).toMatch(/would move +1/);
    expect(partly.output).toMatch(/3 .*would move/);
    expect(partly.output).toContain('Add --apply');
    const wrong = operator.file('wrong.csv', [HEADER, row, 'c-1,12,l-1'].join('\n'));
    const refused = await operator.run('move', wrong, '--apply', ...BECAUSE);
    expect(refused).toMatchObject({ exitCode: 2, errors: expect.stringContaining('line 3: customerAWSAccountId') });
    await expect(move([customer])).resolves.toEqual([expect.stringContaining('moves')]);
    expect(await operator.run('move', 'missing.csv')).toMatchObject({ exitCode: 2 });
  });
});
