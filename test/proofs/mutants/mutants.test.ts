import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('The simulation notices', () => {
  it.each([
    ['the fraction is forgotten', 'sealedAsTallied'],
    ['both forms of identity are sent', 'oneForm'],
    ['unprocessed records pass for billed', 'billedOnce'],
    ['the seller is not told', 'told'],
    ['a failure of GetEntitlements is read as none', 'entitled'],
    ['an old event overrides a newer one', 'remembered'],
    ['an event is forgotten when another came between', 'remembered'],
    ['a moved customer is metered by identifier for ever', 'oneForm'],
    ['the chain of zero records breaks', 'zeroRecords'],
  ])('when %s', async (name, invariant) => {
    const bitten = await bite(mutantNamed(name), { file, seeds: 40, signal });
    expect(bitten).toMatchObject({ outcome: 'found', violation: { invariant } });
  });
});

describe('A mutant', () => {
  it('is reported as never applied when no seed reaches its seam', async () => {
    // Nobody moves to a licence within an hour.
    const moving = mutantNamed('a move leaves the licence to the next buyer');
    const bitten = await bite(moving, { file, seeds: 1, hours: 1, signal });
    expect(bitten).toMatchObject({ outcome: 'neverApplied', seeds: 1 });
  });

  it('fails by its name when the rule it replaces is gone', async () => {
    const seam = exportsOf('lambdas/shared/domain/sealing')('sealingOf', (sealingOf) => sealingOf);
    const gone = mutant('a mutant of old code', { ...seam, name: 'hourClosingOf' });
    await expect(checkSeams([gone])).rejects.toThrow(
      'The mutant "a mutant of old code" replaces what is not there: hourClosingOf of lambdas/shared/domain/sealing.ts.',
    );
  });

  it('fails by its name when the method it replaces is gone', async () => {
    class Store {
      save() {}
    }
    const gone = mutant('a mutant of an old store', { ...method(Store, 'save', (save) => save), name: 'close' });
    await expect(checkSeams([gone])).rejects.toThrow(
      '"a mutant of an old store" replaces what is not there: close of Store',
    );
  });

  it('has a name that no other has, among at least 70', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(70);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });
});
