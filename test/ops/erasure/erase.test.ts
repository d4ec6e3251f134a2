import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Subscription } from '../../../lambdas/shared/domain/subscription';
import { sessionKey } from '../../../lambdas/shared/stores/registrations';
import { subscriptionKey } from '../../../lambdas/shared/stores/subscriptions';
import { eraseAgain, eraseSubscription } from '../../../ops/erasure/erase';
import { eraseExpired } from '../../../ops/erasure/expired-contacts';
import type { Installation } from '../../../ops/installation/installation';
import { aProduct } from '../../builders/a-payer';
import { aSubscription } from '../../builders/a-subscription';
import { NOON_MS } from '../../builders/a-usage-event';
import { SettableClock } from '../../fakes/settable-clock';
import { openTables } from '../../setup/tables';
import { anOperatorsOps } from '../redrive/an-operators-ops';

const ID = 's-1';
const APPLY = { apply: true };
const DAY_MS = 86_400_000;

let installation: Installation;
let clock: SettableClock;
/** Sees every deletion first. */
let beforeDeletion: (pk: string) => Promise<void>;

beforeEach(async () => {
  clock = new SettableClock(NOON_MS);
  beforeDeletion = async () => undefined;
  const support = { email: 'support@example.com' };
  const given = (await anOperatorsOps({ products: [aProduct()], support }, NOON_MS)).installation;
  const { tables } = await openTables('registrations');
  const dynamoDb: typeof given.dynamoDb = Object.create(given.dynamoDb);
  const send = given.dynamoDb.send.bind(given.dynamoDb);
  Object.assign(dynamoDb, {
    send: async (command: Parameters<typeof send>[0]) => {
      if (command instanceof DeleteCommand) await beforeDeletion(String(command.input.Key?.pk));
      return send(command);
    },
  });
  installation = { ...given, dynamoDb, clock, registrationsTableName: tables.registrations };
  await submit();
});

async function put(TableName: string, Item: Record<string, unknown>): Promise<void> {
  await installation.dynamoDb.send(new PutCommand({ TableName, Item }));
}

async function submit(atMs = NOON_MS): Promise<void> {
  const completedAt = new Date(atMs).toISOString();
  const contact = { pk: `registration#${ID}`, subscriptionId: ID, email: 'x', completedAt };
  await put(installation.registrationsTableName, contact);
}

async function left(): Promise<string[]> {
  const { Items = [] } = await installation.dynamoDb.send(
    new ScanCommand({ TableName: installation.registrationsTableName }),
  );
  return Items.map(({ pk }) => String(pk).replace(/#.*/, ''));
}

describe('an erasure', () => {
  it('that was cut off before it deleted anything is completed by --again', async () => {
    beforeDeletion = async () => {
      throw new Error('cut off');
    };
    await expect(eraseSubscription(installation, ID, APPLY)).rejects.toThrow('cut off');
    beforeDeletion = async () => undefined;
    await eraseAgain(installation, APPLY);
    expect(await left()).toEqual([]);
  });

  it.each([
    ['by a clock ahead of the operator’s', NOON_MS + 5000],
    ['in the moment of the erasure', NOON_MS],
  ])('is applied again to a contact submitted %s that a restore brings back', async (_when, atMs) => {
    await submit(atMs);
    await eraseSubscription(installation, ID, APPLY);
    await submit(atMs);
    await eraseAgain(installation, APPLY);
    expect(await left()).toEqual([]);
  });

  it('covers also what came after an earlier one', async () => {
    await eraseSubscription(installation, ID, APPLY);
    clock.set(NOON_MS + DAY_MS);
    await submit(clock.now());
    await eraseSubscription(installation, ID, APPLY);
    await submit(clock.now());
    await eraseAgain(installation, APPLY);
    expect(await left()).toEqual([]);
  });

  it('closes the session first, and says that a contact stays which was submitted in the meantime', async () => {
    const expiresAt = NOON_MS / 1000 + 3600;
    await put(installation.registrationsTableName, { ...sessionKey('hash'), subscriptionId: ID, expiresAt });
    beforeDeletion = async (pk) => {
      if (pk.startsWith('session#')) await submit(NOON_MS + 1000);
    };
    expect(await eraseSubscription(installation, ID, APPLY)).toMatchObject({ kept: 1 });
    expect(await left()).toEqual(['registration']);
  });
});

describe('the contacts whose time is over', () => {
  const endingAt = new Date(NOON_MS).toISOString();
  const customerAWSAccountId = '111122223333';

  const keep = (subscription: Subscription) =>
    put(installation.tables.subscriptions, {
      ...subscriptionKey(subscription.subscriptionId),
      ...JSON.parse(JSON.stringify(subscription)),
    });

  it.each([
    ['go', 'ended', 0],
    ['stay while another subscription of the customer is active', 'active', 1],
  ] as const)('%s', async (_what, state, count) => {
    const common = { customerAWSAccountId, activatedAt: '2026-01-01T00:00:00.000Z' };
    await keep(aSubscription({ ...common, subscriptionId: ID, state: 'ended', endingAt }));
    await keep(aSubscription({ ...common, state, ...(state === 'ended' && { endingAt }) }));
    clock.set(NOON_MS + 31 * DAY_MS);
    await eraseExpired(installation, { ...APPLY, retentionDays: 30 });
    expect(await left()).toHaveLength(count);
  });
});
