import { afterEach, expect } from 'vitest';
import { logFaults } from '../../proofs/stand-ins/recording-log';

/** Every test that runs a function holds its log to the fields that a line may have. */
afterEach(() => {
  expect([...new Set(logFaults.splice(0))]).toEqual([]);
});
