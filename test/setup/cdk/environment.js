import { createRequire } from 'node:module';
import { TestEnvironment } from 'jest-environment-node';

/** Node's environment, through which `loaded-once.js` reaches the modules that a process shares between its tests. */
export default class extends TestEnvironment {
  constructor(...settings) {
    super(...settings);
    this.global.requireOnce = createRequire(import.meta.url);
  }
}
