import type { PackageDesign } from './build/package-design';
import { CONSTRUCT } from './construct/construct';
import { REPORTER } from './reporter/reporter';
import { SIMULATOR } from './simulator/simulator';

/** Everything that is published on npm. */
export const PACKAGES: readonly PackageDesign[] = [CONSTRUCT, SIMULATOR, REPORTER];
