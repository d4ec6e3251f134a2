import type { StepTable } from '../driver/plan';
import { end, register, subscribe } from '../driver/purchases';
import { overwrite, putDirectly, putMalformed } from '../driver/put-directly';
import { report } from '../driver/report';
import type { MemoryEngine, MemoryWorld } from './memory-engine';
import { amend, announce, comeBack, renew, suspend } from './steps/agreements';
import { billWholeUnits } from './steps/decimals';
import { deliverAgain, deliverNext, redriveDay, redriveFailed } from './steps/deliver';
import { deleteExpired, meterElsewhere, outage, stepClock, wake } from './steps/environment';
import { followChanges, redriveChanges, sweep } from './steps/follow-changes';
import { follow } from './steps/follow-messages';
import { meet } from './steps/meet';
import { hold, letGo } from './steps/hold';
import { meter } from './steps/meter';
import { settle } from './steps/settle';
import { move } from './steps/move';
import { removeTest } from './steps/remove-test';
import { reconfigure } from './steps/reconfigure';
import { askForZeros } from './steps/zero-records';

/** Several things happen at the same moment; the dice choose the order of their calls. */
function together(world: MemoryWorld): void {
  const { dice, engine } = world;
  for (const shard of engine.stream.waiting.filter(() => dice.chance(0.7))) deliverNext(world, shard);
  const isDelivered = engine.underWay.length > 0;
  if (dice.chance(0.4)) deliverAgain(world);
  const runs = dice.pick([0, 1, 1, 2]);
  for (let n = 0; n < runs; n += 1) meter(world);
  if (runs === 2 && world.allows('twoRuns')) world.count('twoRuns');
  if (runs > 0 && isDelivered) world.count('meteredUnderDelivery');
  if (dice.chance(0.3)) report(world);
  if (engine.frozen.length > 0 && dice.chance(0.4)) wake(world);
}

/** The operator feeds a failed batch of each stream in again. */
function redriveAllFailed(world: MemoryWorld): void {
  redriveFailed(world);
  redriveChanges(world);
}

function deliver(world: MemoryWorld): void {
  for (const shard of world.engine.stream.waiting) if (world.dice.chance(0.6)) deliverNext(world, shard);
}

export const STEPS = {
  report: { weight: 42, take: report },
  together: { weight: 16, take: together },
  deliver: { weight: 9, take: deliver },
  deliverAgain: { weight: 5, take: deliverAgain },
  meter: { weight: 4, take: meter },
  redriveDay: { weight: 0.8, take: redriveDay },
  redriveFailed: { weight: 2, take: redriveAllFailed },
  putDirectly: { weight: 4, take: putDirectly },
  putMalformed: { weight: 3, take: putMalformed },
  overwrite: { weight: 3.5, take: overwrite },
  subscribe: { weight: 1.5, take: subscribe },
  register: { weight: 2, take: register },
  follow: { weight: 4, take: follow },
  followChanges: { weight: 2, take: followChanges },
  meet: { weight: 2.5, take: meet },
  move: { weight: 1.2, take: move },
  sweep: { weight: 1, take: sweep },
  end: { weight: 3, take: end },
  comeBack: { weight: 4, take: comeBack },
  renew: { weight: 0.8, take: renew },
  amend: { weight: 1.2, take: amend },
  announce: { weight: 0.8, take: announce },
  hold: { weight: 1.6, take: hold },
  letGo: { weight: 1.5, take: letGo },
  settle: { weight: 1, take: settle },
  suspend: { weight: 1.2, take: suspend },
  outage: { weight: 1.8, take: outage },
  stepClock: { weight: 2, take: stepClock },
  reconfigure: { weight: 1.6, take: reconfigure },
  removeTest: { weight: 1, take: removeTest },
  askForZeros: { weight: 0.7, take: askForZeros },
  billWholeUnits: { weight: 1.5, take: billWholeUnits },
  wake: { weight: 3, take: wake },
  deleteExpired: { weight: 1.5, take: deleteExpired },
  meterElsewhere: { weight: 1.2, take: meterElsewhere },
} as const satisfies StepTable<MemoryEngine, string>;

export type StepKind = keyof typeof STEPS;
