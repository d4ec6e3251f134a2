import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bite, bundleMutants } from '../../../proofs/mutants/bite';
import { checkSeams } from '../../../proofs/mutants/check-seams';
import { exportsOf, method, mutant } from '../../../proofs/mutants/mutant';
import { mutantNamed, MUTANTS } from '../../../proofs/mutants/mutants';

const { signal } = new AbortController();
let file = '';

beforeAll(async () => {
  file = await bundleMutants();
});

afterAll(() => rm(file));

/** Enough for these mutants; a month, as of the command, takes longer. */
const HOURS = 60;

/** Nobody moves to a licence within an hour. */
const MOVING = 'a move leaves the licence to the next buyer';

/** Mutants that are found in less than a second. `npm run simulate:mutants` tries all of them. */
describe('the simulation with a mutant', () => {
  it.each([
    ['the last record of a delivery is lost', 'delivered'],
    ['the fraction is forgotten', 'sealedAsTallied'],
    ['the estimate of an hour lacks what went into its item', 'estimated'],
    ['a quantity is a float instead of a decimal', 'sealedAsTallied'],
    ['a seventh decimal is sent', 'callLimits'],
    ['the breaker of decimals is not read', 'decimalsTried'],
    ['both forms of identity are sent', 'oneForm'],
    ['the seller gets no notice', 'told'],
  ])('breaks a promise when %s', async (name, invariant) => {
    const bitten = await bite(mutantNamed(name), { file, seeds: 40, hours: HOURS, signal });
    expect(bitten).toMatchObject({ outcome: 'found', violation: { invariant } });
  });
});

describe('a seed that is known to notice a mutant', () => {
  it('is tried first', async () => {
    const mutant = mutantNamed('both forms of identity are sent');
    const bitten = await bite(mutant, { file, seeds: 40, known: 7, hours: HOURS, signal });
    expect(bitten).toMatchObject({ outcome: 'found', seed: 7, seeds: 1 });
  });

  it('only costs its time when it no longer does', async () => {
    const bitten = await bite(mutantNamed(MOVING), { file, seeds: 1, known: 7, hours: 1, signal });
    expect(bitten).toMatchObject({ outcome: 'neverApplied', seeds: 2 });
  });
});

describe('mutants', () => {
  it('reports a mutant as never applied when no seed reaches its seam', async () => {
    const bitten = await bite(mutantNamed(MOVING), { file, seeds: 1, hours: 1, signal });
    expect(bitten).toMatchObject({ outcome: 'neverApplied', seeds: 1 });
  });

  it('names a mutant whose rule no longer exists', async () => {
    const seam = exportsOf('lambdas/shared/domain/sealing')('sealingOf', (sealingOf) => sealingOf);
    const gone = mutant('a mutant of old code', { ...seam, name: 'hourClosingOf' });
    await expect(checkSeams([gone])).rejects.toThrow(
      'The mutant "a mutant of old code" replaces something that no longer exists: hourClosingOf of lambdas/shared/domain/sealing.ts.',
    );
  });

  it('names a mutant whose method no longer exists', async () => {
    class Store {
      save() {}
    }
    const gone = mutant('a mutant of an old store', { ...method(Store, 'save', (save) => save), name: 'close' });
    await expect(checkSeams([gone])).rejects.toThrow(
      '"a mutant of an old store" replaces something that no longer exists: close of Store',
    );
  });

  it('has at least 70 mutants, each with a unique name', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(70);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
