import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agreement } from '../../simulator';
import { useFlow } from './a-running-stack';
import { BECAUSE, Operator } from './operator';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

// CHOICES keeps contacts for 30 days after the end.
const running = useFlow({ withChoices: true });
const operator = new Operator(running);

afterAll(() => operator.leave());

const keyOf = (id: string) => ({ TableName: running.database.tables.registrations, Key: { pk: `registration#${id}` } });

/** The contact as it is stored; undefined: DynamoDB has deleted it. */
async function contactOf(id: string) {
  return (await running.database.client.send(new GetCommand(keyOf(id)))).Item;
}

async function end({ agreementId }: Agreement): Promise<void> {
  running.marketplace.deprovision(agreementId);
  await running.settled();
  await running.passQuarters(6);
  await running.settled();
}

describe('contact data with contactRetentionDays', () => {
  let agreement: Agreement;
  let id: string;

  beforeAll(async () => {
    ({ agreement, subscriptionId: id } = await running.givenBuyer());
  });

  it('has no time to live while the buyer is subscribed, and gets one with the end', async () => {
    expect(await contactOf(id)).not.toHaveProperty('expiresAt');
    const endsAtMs = running.clock.now();
    await end(agreement);
    const { expiresAt } = (await contactOf(id)) ?? {};
    expect(Math.abs(Number(expiresAt) * 1000 - (endsAtMs + 30 * DAY_MS))).toBeLessThan(MINUTE_MS);
  });

  it('stays when the customer comes back with another agreement', async () => {
    const again = running.subscribe(undefined, { accountId: agreement.accountId });
    await running.settled();
    expect(await contactOf(id)).toMatchObject({ email: expect.any(String) });
    expect(await contactOf(id)).not.toHaveProperty('expiresAt');
    await end(again);
    expect(await contactOf(id)).toHaveProperty('expiresAt');
  });

  it('needs no permission that the functions do not have', () => {
    const missing = running.stack.status().functions.flatMap(({ name }) => {
      const granted = running.stack.grants(name).map(({ action, resource }) => `${action} ${resource}`);
      return running.stack.calls(name).filter(({ action, resource }) => !granted.includes(`${action} ${resource}`));
    });
    expect(missing).toEqual([]);
    const touched = running.stack.calls('meter-usage').map(({ action }) => action);
    expect(touched).toContain('dynamodb:BatchGetItem');
  });

  it('of a subscription that ended before the retention was configured is found and deleted by an operator', async () => {
    const other = await running.givenBuyer();
    await end(other.agreement);
    const UpdateExpression = 'REMOVE expiresAt';
    await running.database.client.send(new UpdateCommand({ ...keyOf(other.subscriptionId), UpdateExpression }));
    const live = await running.givenBuyer();
    const found = async () => (await operator.ask('erase', '--expired')).json.items;
    expect(await found()).toEqual([]);
    running.clock.advance(31 * DAY_MS);
    expect((await found()).map(({ subscriptionId }: { subscriptionId: string }) => subscriptionId)).toContain(
      other.subscriptionId,
    );
    expect(await contactOf(other.subscriptionId)).toBeDefined();
    const { exitCode } = await operator.run('erase', '--expired', '--apply', ...BECAUSE);
    expect(exitCode).toBe(0);
    expect(await contactOf(other.subscriptionId)).toBeUndefined();
    expect(await contactOf(live.subscriptionId)).toBeDefined();
    expect((await operator.ask('audit')).json.acts).toMatchObject([{ command: 'erase --expired', outcome: 'done' }]);
  });
});
