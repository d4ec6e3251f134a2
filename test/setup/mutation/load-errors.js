/**
 * Stryker's runner looks at tests alone: a mutant that keeps every test file from loading would survive. Here such a file
 * is an error, which Stryker counts as one.
 */
export class LoadErrors {
  onInit(vitest) {
    this.state = vitest.state;
  }

  onTestRunStart() {
    this.state.errorsSet.clear();
  }

  onTestModuleEnd(module) {
    for (const error of module.errors()) this.state.errorsSet.add(error);
  }
}
