import { workerData } from 'node:worker_threads';
import '../simulation/worker';
import { mutantNamed } from './mutants';
import { activate } from './registry';

/** The data of a simulation thread: which mutant to run, and where to note that it took effect. */
export interface MutantWork {
  mutant: string;
  applied: SharedArrayBuffer;
}

const { mutant, applied } = workerData as MutantWork;
const flag = new Int32Array(applied);
activate(mutantNamed(mutant), () => {
  flag[0] = 1;
});
