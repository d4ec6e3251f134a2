import { describe, expect, it } from '@jest/globals';
import { replaceOnce } from '../../../proofs/mutants/bundle';
import { MUTANTS } from '../../../proofs/mutants/mutants';
import { bite } from '../../../proofs/mutants/main';

const { signal } = new AbortController();

function theMutant(name: string) {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant "${name}".`);
  return mutant;
}

describe('The simulation notices', () => {
  it.each([
    ['the fraction is forgotten', 'sealedAsTallied'],
    ['both forms of identity are sent', 'oneForm'],
    ['unprocessed records pass for billed', 'billedOnce'],
    ['the seller is not told', 'told'],
    ['a failure of GetEntitlements is read as none', 'entitled'],
    ['an old event overrides a newer one', 'remembered'],
    ['an event is forgotten when another came between', 'remembered'],
    ['whoever has moved is metered by identifier for ever', 'oneForm'],
    ['the chain of zero records breaks', 'zeroRecords'],
  ])('when %s', async (name, invariant) => {
    const { report } = await bite(theMutant(name), { seeds: 40, signal });
    expect(report?.violation?.invariant).toBe(invariant);
  });
});

describe('A mutant', () => {
  it('is refused when the text it changes is gone, or there twice', () => {
    const change = { file: 'a.ts', find: 'x', replace: 'y' };
    expect(replaceOnce('axb', change)).toBe('ayb');
    expect(() => replaceOnce('ab', change)).toThrow('0 times');
    expect(() => replaceOnce('xx', change)).toThrow('2 times');
  });

  it('removes one mechanism under a name of its own, of at least 25', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
