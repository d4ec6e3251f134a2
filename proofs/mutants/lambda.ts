import { writeFileSync } from 'node:fs';
import { mutantNamed } from './mutants';
import { activate } from './registry';

// Loaded before a function's handler, in a bundle built for one mutant: see ../simulation/dynamodb/assembly.ts.
let isNoted = false;
activate(mutantNamed(process.env.MUTANT ?? ''), () => {
  if (isNoted) return;
  isNoted = true;
  writeFileSync(process.env.MUTANT_APPLIED_FILE ?? '', '');
});
