import type { MovedCustomer } from '../../../../ops/moving/move-customers';
import { licenseIdOf, type Buyer } from '../../driver/buyers';
import { startMoving } from '../ops-commands';
import type { MemoryWorld } from '../memory-engine';

/** The operator moves customers of the older product to their licences; an interrupted command is repeated. */
export function move(world: MemoryWorld): void {
  const { dice } = world;
  const customers = movable(world);
  if (customers.length === 0 || !world.allows('moved')) return;
  const lastUsed = customers.find(({ subscriptionId }) => subscriptionId === world.reported.at(-1)?.subscriptionId);
  const chosen = new Set([lastUsed ?? dice.pick(customers), dice.pick(customers)]);
  moveBuyers(world, [...chosen]);
}

/** Current customers, moved or not, because moving one again must change nothing. */
export function movable({ buyers }: MemoryWorld): Buyer[] {
  return buyers.live.filter(({ mode, subscriptionId }) => mode === 'legacy' && subscriptionId !== undefined);
}

export function moveBuyers(world: MemoryWorld, customers: readonly Buyer[]): void {
  const mappings = customers.map((buyer, index) => mappingOf(world, buyer, index + 2));
  const invocation = startMoving(world, mappings);
  world.engine.begin(invocation, () => {
    const outcomes = (invocation.result ?? []) as readonly MovedCustomer[];
    world.tell(
      () => `  moved: ${invocation.state}, ${outcomes.map((o) => ('reason' in o ? o.reason : o.outcome)).join()}`,
    );
    for (const { outcome } of outcomes) if (outcome === 'alreadyMoved') world.count('movedAgain');
    for (const [index, { outcome, mapping }] of outcomes.entries()) {
      if (mapping.license.licenseArn === customers[index]?.licenseArn) continue;
      world.count('moveRefused');
      world.books.require(outcome === 'refused', 'movedOnce', () => `${mapping.customerIdentifier}: ${outcome}`);
    }
  });
}

/** A line of the operator's file, which sometimes names another customer's licence. */
function mappingOf(world: MemoryWorld, { customerIdentifier, accountId, licenseArn }: Buyer, line: number) {
  const { dice, buyers } = world;
  const mistaken = dice.chance(0.25)
    ? dice.pickMaybe(buyers.known.filter(({ mode }) => mode === 'license'))
    : undefined;
  const arn = mistaken?.licenseArn ?? licenseArn;
  const license = { customerAWSAccountId: accountId, licenseArn: arn, licenseId: licenseIdOf(arn) };
  return { line, customerIdentifier, license };
}
