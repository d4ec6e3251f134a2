import type { Plugin } from 'esbuild';

/** What a package is made of. `buildPackage` builds it; paths are from the root of the repository. */
export interface PackageDesign {
  /** The name on npm. The package is built in `dist/packages/<name>`. */
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** The folder that holds the README. */
  readonly folder: string;
  /** The module that users import. */
  readonly entry: string;
  /** Whether users can also `require` it. */
  readonly commonJs: boolean;
  /**
   * Commands of the package, by name, with the module that each runs.
   *
   * @default - none
   */
  readonly commands?: Readonly<Record<string, string>>;
  /** @default - none */
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** The oldest Node that runs it, as `engines` says it. */
  readonly node: string;
  /** Exactly what the package holds beside `package.json`, the README and the licence. */
  readonly files: readonly string[];
  /**
   * Whether the modules contain the packages that they import. Then the package depends on nothing, and carries their
   * licenses.
   *
   * @default false
   */
  readonly containsDependencies?: boolean;
  /** @default - none */
  readonly plugins?: readonly Plugin[];
  /**
   * Writes what the modules need beside them.
   * @param folder - of the built modules
   *
   * @default - nothing
   */
  readonly writeMore?: (folder: string) => Promise<void>;
  /**
   * Files that users name, by their name in the package, with their path here.
   *
   * @default - none
   */
  readonly copies?: Readonly<Record<string, string>>;
  /**
   * Pages of the documentation that the package's messages name, with the pages to which these link, from the root.
   *
   * @default - none
   */
  readonly pages?: readonly string[];
  /**
   * Uses the packed package as a user does.
   * @returns what was found, a line each.
   */
  readonly tryOut: (tarball: string) => Promise<string[]>;
}
