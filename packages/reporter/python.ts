import { join } from 'node:path';
import pc from '../../ops/output/colours';
import { ChildProcesses } from '../../proofs/rehearsal/child-processes';
import { pythonWith } from '../../proofs/rehearsal/python-environment';
import { NotPossibleHereError } from '../../proofs/rehearsal/stages';
import { ROOT } from '../build/manifest';
import { run } from '../check/run';

/**
 * Runs the example's tests, and the example against a server that keeps the ids that arrive.
 * Needs botocore from PyPI, which not every machine can get: then it says so in red and goes on.
 */
export async function tryOutPythonReporter({ url, ids }: { url: string; ids: ReadonlySet<string> }): Promise<string[]> {
  const folder = join(ROOT, 'examples/usage-reporter-python');
  const children = new ChildProcesses();
  const tools = { children, cacheFolder: join(ROOT, '.local', 'packages') };
  try {
    const python = await pythonWith(join(folder, 'requirements.txt'), tools);
    await run(folder, python, '-B', '-m', 'unittest', '--quiet');
    const environment = {
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      ...{ USAGE_URL: url, SUBSCRIPTION_ID: 's-1' },
    };
    await run({ folder, environment }, python, '-B', 'usage_reporter.py');
    if (!ids.has('python-job-1')) throw new Error('usage_reporter.py ended, but its usage did not arrive.');
    return ['examples/usage-reporter-python: its tests pass, and it reports usage'];
  } catch (error) {
    if (!(error instanceof NotPossibleHereError)) throw error;
    return [pc.red(pc.bold(`SKIPPED: examples/usage-reporter-python has not run. ${error.message}`))];
  } finally {
    await children.stop();
  }
}
