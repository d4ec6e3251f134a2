import { FUNCTION_NAMES } from '../../../lambdas/shared/contract/functions';
import type { DynamoDbWorld } from './dynamodb-engine';

/** Somebody deploys, rolls back, or is in the middle of it. */
export async function deploy(world: DynamoDbWorld): Promise<void> {
  const { dice, engine } = world;
  const { deployment } = engine;
  if (deployment === undefined) return;
  if (dice.chance(0.6)) {
    await deployment.exchange(dice.chance(0.5) ? ['aggregate-usage'] : [dice.pick(FUNCTION_NAMES), 'meter-usage']);
    if (deployment.isMixed) world.count('oldBesideNew');
  } else {
    const version = dice.pick(['this', 'last'] as const);
    await deployment.deploy(version);
    world.count(version === 'this' ? 'updated' : 'rolledBack');
  }
  world.tell(`  deployed: ${String(deployment)}`);
}

/** The last word of every seed: this version, and the operator redrives what the last release has set back. */
export async function deployThisVersion(world: DynamoDbWorld): Promise<void> {
  const { deployment } = world.engine;
  if (deployment === undefined) return;
  await deployment.deploy('this');
  await world.engine.settled();
  world.addCount('redrivenAfterRollback', await deployment.redrive());
}
