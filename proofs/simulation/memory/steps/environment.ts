import { TABLES, type TableDesign, type TableName } from '../../../../lambdas/shared/contract/tables';
import { MAX_RECORD_AGE_MS } from '../stream';
import { isByIdentifier } from '../invariants/watch-move';
import { OUTAGE_OF_DAYS_MS, type MemoryWorld, type Task } from '../memory-engine';
import { end } from '../../driver/purchases';
import { report } from '../../driver/report';
import { HOUR_MS, MINUTE_MS, startOfHour } from '../../driver/time';

const A_MOMENT_MS = 2000;

const EXPIRING = (Object.entries(TABLES) as [TableName, TableDesign][]).flatMap(([name, { timeToLive }]) =>
  timeToLive === undefined ? [] : [[name, { timeToLive }] as const],
);

/** DynamoDB or AWS Marketplace fails, mostly for minutes. */
export function outage(world: MemoryWorld): void {
  const { dice, timeline } = world;
  if (world.allows('changesGivenUp') && dice.chance(0.25)) return deployBadly(world);
  const of = dice.pick(['store', 'aws'] as const);
  if (!world.allows(of === 'store' ? 'storeOutage' : 'awsOutage')) return;
  const isLong = world.allows('awsOutageOfDays') && dice.chance(0.15);
  const lastsMs = isLong ? OUTAGE_OF_DAYS_MS : dice.between(3, 200) * MINUTE_MS;
  const fromMs = timeline.nowMs + A_MOMENT_MS;
  world.engine.outages = [
    ...world.engine.outages.filter(({ untilMs }) => untilMs > timeline.nowMs),
    { of, fromMs, untilMs: fromMs + lastsMs },
  ];
  if (isLong) world.count('awsOutageOfDays', of);
  world.tell(`  ${of} is down for ${Math.round(lastsMs / MINUTE_MS)} minutes`);
  // The stream then cannot deliver this last usage for hours.
  report(world);
}

/** The functions that follow subscriptions fail for longer than the stream tries again. */
function deployBadly(world: MemoryWorld): void {
  const fromMs = world.timeline.nowMs;
  const lastsMs = MAX_RECORD_AGE_MS + world.dice.between(1, 8) * HOUR_MS;
  world.engine.outages.push({ of: 'changes', fromMs, untilMs: fromMs + lastsMs });
  world.tell(`  changes of subscriptions are not followed for ${Math.round(lastsMs / HOUR_MS)} hours`);
  if (world.dice.chance(0.5)) end(world);
}

/** Machines correct their clocks, and none is exact to the second. */
export function stepClock(world: MemoryWorld): void {
  if (!world.allows('clockStep')) return;
  world.skewMs = world.dice.between(-20_000, 20_000);
  world.count('clockStep', `to ${world.skewMs} ms`);
}

/** A frozen invocation continues where it stopped, hours later, or never. */
export function wake(world: MemoryWorld): void {
  const { frozen } = world.engine;
  const task = world.dice.pickMaybe(
    frozen.filter(({ invocation }) => invocation.sleepsUntilMs <= world.timeline.nowMs),
  );
  if (task === undefined) return;
  frozen.splice(frozen.indexOf(task), 1);
  if (!isWakeable(world, task)) return;
  world.engine.wake(task);
}

/**
 * An invocation that sleeps for more than a day is gone. (If it woke after the time to live of the events, an id could
 * be accepted a second time, as the documentation says.)
 */
export function isWakeable(world: MemoryWorld, { invocation }: Task): boolean {
  const { name } = invocation;
  const isRequest = name === 'record-usage';
  // A move has read the clock: an hour later, its switch would come too soon.
  const mayMove = name === 'ops-move' || (name === 'register-subscription' && world.engine.movesAtRegistration);
  if (mayMove) return false;
  return world.allows('zombie') && !(isRequest && world.timeline.nowMs - invocation.startedAtMs > 24 * HOUR_MS);
}

/** DynamoDB deletes expired items of every table with a time to live, some immediately and some days later. */
export function deleteExpired(world: MemoryWorld): void {
  const { engine, timeline, dice } = world;
  const nowSeconds = timeline.nowMs / 1000;
  for (const [name, { timeToLive }] of EXPIRING) {
    const table = engine.dynamoDb.table(name);
    const expired = [...table.items()].filter((item) => Number(String(item[timeToLive])) < nowSeconds);
    const deleted = expired.filter(() => dice.chance(0.6));
    for (const item of deleted) table.apply(table.deletionOf(item));
    world.addCount('timeToLive', deleted.length);
    if (deleted.length > 0) world.tell(`  ${deleted.length} items of ${name} expired`);
  }
}

/** Another system of the seller meters an hour first, with another quantity. */
export function meterElsewhere(world: MemoryWorld): void {
  const { dice, books, buyers, marketplace } = world;
  if (!world.allows('otherQuantityBilled')) return;
  const open = [...books.hours.values()].filter(
    ({ state, account }) => state === 'open' && account.dimension !== 'unlisted',
  );
  const booked = dice.pickMaybe(open);
  const buyer = buyers.known.find(({ subscriptionId }) => subscriptionId === booked?.account.subscriptionId);
  if (booked === undefined || buyer === undefined) return;
  const isLegacy = isByIdentifier(world, buyer, booked.hour);
  const record = {
    ...(isLegacy
      ? { CustomerIdentifier: buyer.customerIdentifier }
      : { CustomerAWSAccountId: buyer.accountId, LicenseArn: buyer.licenseArn }),
    Dimension: booked.account.dimension,
    Quantity: 1_234_567,
    Timestamp: startOfHour(booked.hour) / 1000,
  };
  const request = { ...(isLegacy && { ProductCode: buyer.productCode }), UsageRecords: [record] };
  const { kind } = marketplace.call('BatchMeterUsage', request);
  const added = world.engine.aws.follow({ isForeign: true });
  world.tell(`  metered elsewhere: ${booked.account.dimension} of ${booked.hour}: ${kind}, ${added.length} billed`);
}
