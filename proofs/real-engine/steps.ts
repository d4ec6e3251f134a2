import { breakAggregation, breakIntake, breakMarketplace, breakMetering, breakStore, together } from './break';
import { end, learn, register, subscribe } from './buyers';
import type { EngineWorld } from './engine-world';
import type { StepKind } from './plan';
import { overwrite, putDirectly, putMalformed } from './put-directly';
import { redeliver } from './redeliver';
import { report, reportTwiceAtOnce, reportWide } from './report';

/** The hour is over: the hourly rule, and then a look at everything. */
async function runHour(world: EngineWorld): Promise<void> {
  // The stream is not always done when the hour is sealed.
  if (world.dice.chance(0.7)) await world.settled();
  await learn(world);
  await world.stack.fireDue();
  await world.check({ isAtRest: false });
}

async function catchUp(world: EngineWorld): Promise<void> {
  await world.stack.fireDue();
}

async function registerSomebody(world: EngineWorld): Promise<void> {
  const { dice, buyers } = world;
  const waiting = buyers.filter(({ isRegistered, isEnded }) => !isRegistered && !isEnded);
  const buyer = dice.pickMaybe(waiting) ?? dice.pickMaybe(buyers.filter(({ isEnded }) => !isEnded));
  if (buyer) await register(world, buyer);
  await learn(world);
}

/** EventBridge delivers at least once: what was long done comes again. */
async function repeatLicenseEvent(world: EngineWorld): Promise<void> {
  const { dice, marketplace, stack } = world;
  const event = dice.pickMaybe(marketplace.events());
  if (event === undefined) return;
  stack.putEvents([
    {
      Source: event.source,
      DetailType: event['detail-type'],
      Detail: JSON.stringify(event.detail),
      Time: new Date(event.time),
    },
  ]);
  world.count('licenseEventRedelivered');
}

async function beginOutage(world: EngineWorld): Promise<void> {
  world.faults.plantOutage('disabledApi');
}

/** From now on AWS bills, and nobody hears of it. */
async function loseAnswers(world: EngineWorld): Promise<void> {
  world.faults.plantOutage('dropAfterCommit');
}

async function endOutage(world: EngineWorld): Promise<void> {
  const { marketplace, settings } = world;
  const sinceMs = settings.monthEndMs - 2 * 3_600_000;
  const refused = marketplace
    .calls()
    .filter(({ at, outcome }) => outcome === 'DisabledApiException' && Date.parse(at) >= sinceMs);
  world.count('outage', refused.length);
  world.faults.clearAws();
}

export const STEPS: Readonly<Record<StepKind, (world: EngineWorld) => Promise<void>>> = {
  report,
  reportWide,
  reportTwiceAtOnce,
  putDirectly,
  putMalformed,
  overwrite,
  redeliver,
  breakAggregation,
  breakMetering,
  breakIntake,
  breakStore,
  breakMarketplace,
  together,
  subscribe,
  register: registerSomebody,
  repeatLicenseEvent,
  end,
  beginOutage,
  loseAnswers,
  endOutage,
  catchUp,
  runHour,
};
