import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/**
 * Runs the promises about the template first, because they notice most changes of `lib` (see until-killed.js), then the
 * test of the changed file, and CDK Nag last.
 */
export default class {
  sort(tests) {
    const order = [FIRST, ownTest()];
    const rank = ({ path }) => {
      const place = order.indexOf(basename(path));
      if (place >= 0) return place;
      return basename(path) === LAST ? order.length + 1 : order.length;
    };
    return tests.toSorted((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }

  shard(tests) {
    return tests;
  }

  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}

/** Stryker puts all changes into the code, under numbers, and one number into the environment. */
function ownTest() {
  const change = `("${process.env.__STRYKER_ACTIVE_MUTANT__}")`;
  return readdirSync('lib')
    .find((file) => readFileSync(`lib/${file}`, 'utf8').includes(change))
    ?.replace(/\.ts$/, '.test.ts');
}

export const FIRST = 'promises.test.ts';
const LAST = 'cdk-nag.test.ts';
