import { newEvent } from '../driver/some-event';
import type { StepTable } from '../driver/plan';
import { end, register, subscribe } from '../driver/purchases';
import { overwrite, putDirectly, putMalformed } from '../driver/put-directly';
import { report, submit } from '../driver/report';
import {
  breakAggregation,
  breakIntake,
  breakMarketplace,
  breakMetering,
  breakStore,
  reportWide,
  together,
} from './break';
import { deploy } from './deploy';
import type { DynamoDbEngine, DynamoDbWorld } from './dynamodb-engine';
import { checkAndRedeliver } from './redeliver';
import { HOUR_MS } from '../driver/time';

/** The hour is over: fires the hourly rule, then checks everything. */
export async function runHour({ dice, engine }: DynamoDbWorld): Promise<void> {
  // The stream is not always done when the hour is sealed.
  if (dice.chance(0.7)) await engine.settled();
  await engine.stack.fireDue();
  await engine.check({ isAtRest: false });
}

async function catchUp({ engine }: DynamoDbWorld): Promise<void> {
  await engine.stack.fireDue();
}

function reportTwiceAtOnce(world: DynamoDbWorld): void {
  const events = Array.from({ length: 5 }, () => newEvent(world)).filter((event) => event !== undefined);
  submit(world, events);
  submit(world, events.toReversed());
  world.addCount('reportedTwiceAtOnce', events.length);
}

/** A subscription ends, and the functions hear of it before any more usage is reported. */
async function endOne(world: DynamoDbWorld): Promise<void> {
  end(world);
  await world.engine.settled();
}

/** EventBridge delivers at least once: old events come again, once their first delivery was found to be complete. */
async function repeatLicenseEvent(world: DynamoDbWorld): Promise<void> {
  const { dice, marketplace, engine } = world;
  await engine.check({ isAtRest: false });
  const event = dice.pickMaybe(marketplace.events());
  if (event === undefined) return;
  const Detail = JSON.stringify(event.detail);
  engine.stack.putEvents([
    { Source: event.source, DetailType: event['detail-type'], Detail, Time: new Date(event.time) },
  ]);
  world.count('licenseEventRedelivered');
}

function endOutage(world: DynamoDbWorld): void {
  const { marketplace, settings, engine } = world;
  const sinceMs = settings.monthEndMs - 2 * HOUR_MS;
  const refused = marketplace
    .calls()
    .filter(({ at, outcome }) => outcome === 'DisabledApiException' && Date.parse(at) >= sinceMs);
  world.addCount('monthEndOutage', refused.length);
  engine.faults.clearAws();
}

export const STEPS = {
  report: { weight: 30, take: report },
  reportWide: { weight: 5, take: reportWide },
  reportTwiceAtOnce: { weight: 5, take: reportTwiceAtOnce },
  putDirectly: { weight: 10, take: putDirectly },
  putMalformed: { weight: 5, take: putMalformed },
  overwrite: { weight: 7, take: overwrite },
  redeliver: { weight: 9, take: checkAndRedeliver },
  breakAggregation: { weight: 9, take: breakAggregation },
  breakMetering: { weight: 9, take: breakMetering },
  breakIntake: { weight: 4, take: breakIntake },
  breakStore: { weight: 9, take: breakStore },
  breakMarketplace: { weight: 12, take: breakMarketplace },
  together: { weight: 12, take: together },
  subscribe: { weight: 4, take: subscribe },
  register: { weight: 5, take: register },
  repeatLicenseEvent: { weight: 4, take: repeatLicenseEvent },
  end: { weight: 4, take: endOne },
  beginOutage: { weight: 0, take: ({ engine }) => engine.faults.plantOutage('disabledApi') },
  /** From now on AWS bills, but its answers are lost. */
  loseAnswers: { weight: 0, take: ({ engine }) => engine.faults.plantOutage('dropAfterCommit') },
  endOutage: { weight: 0, take: endOutage },
  catchUp: { weight: 0, take: catchUp },
  runHour: { weight: 0, take: runHour },
  deploy: { weight: 0, take: deploy },
} as const satisfies StepTable<DynamoDbEngine, string>;

export type StepKind = keyof typeof STEPS;
