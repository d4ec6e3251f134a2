import { expect, it } from 'vitest';
import { sealHeavyHours } from '../../../proofs/bench/heavy-hours';

it('seals hours of many events one after the other, and sends the light hours before the last of them', async () => {
  expect(await sealHeavyHours(60_000)).toMatchObject({ billed: 10, lightBefore: 1_000 });
});
