import { CONTRACT_MUTANTS } from './contract-mutants';
import { DECIMAL_MUTANTS } from './decimal-mutants';
import { LIFE_CYCLE_MUTANTS } from './life-cycle-mutants';
import type { Mutant } from './mutant';
import { HOLDING_MUTANTS } from './holding-mutants';
import { SEALING_MUTANTS } from './sealing-mutants';
import { SENDING_MUTANTS } from './sending-mutants';
import { USAGE_MUTANTS } from './usage-mutants';

/** Each removes a mechanism that keeps one promise. */
export const MUTANTS: readonly Mutant[] = [
  ...USAGE_MUTANTS,
  ...SEALING_MUTANTS,
  ...HOLDING_MUTANTS,
  ...SENDING_MUTANTS,
  ...DECIMAL_MUTANTS,
  ...LIFE_CYCLE_MUTANTS,
  ...CONTRACT_MUTANTS,
];

export function mutantNamed(name: string): Mutant {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found === undefined) throw new Error(`There is no mutant "${name}".`);
  return found;
}
