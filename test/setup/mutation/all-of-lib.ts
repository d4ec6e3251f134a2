import { readdirSync } from 'node:fs';

/** All tests of `lib` as one file, which loads CDK once: see rooms.js. */
const LEFT_OUT = new Set(['app.test.ts', 'cdk-nag.test.ts', 'fingerprints.test.ts', 'function-bundle.test.ts']);

for (const file of readdirSync('test/lib')) {
  if (file.endsWith('.test.ts') && !LEFT_OUT.has(file)) await import(`../../lib/${file}`);
}
