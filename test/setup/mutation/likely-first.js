import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BaseSequencer } from 'vitest/node';

const FIRST = 'promises.test.ts';
const LAST = 'cdk-nag.test.ts';

/**
 * Runs the promises about the template first, because they notice most changes of `lib`, then the test of the changed
 * file, and CDK Nag last. Stryker ends a run at the first test that fails.
 */
export class LikelyFirst extends BaseSequencer {
  async sort(files) {
    const order = [FIRST, ownTest(files[0]?.project.getProvidedContext())];
    const rank = ({ moduleId }) => {
      const place = order.indexOf(basename(moduleId));
      if (place >= 0) return place;
      return basename(moduleId) === LAST ? order.length + 1 : order.length;
    };
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** Stryker puts all changes into the code, under numbers, and tells the tests one number. */
function ownTest(provided = {}) {
  const change = `("${provided.activeMutant}")`;
  return readdirSync('lib')
    .find((file) => file.endsWith('.ts') && readFileSync(`lib/${file}`, 'utf8').includes(change))
    ?.replace(/\.ts$/, '.test.ts');
}
