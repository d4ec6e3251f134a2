import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pc from '../../ops/output/colours';
import { startMarketplace } from '../../simulator';
import { ChildProcesses } from '../rehearsal/child-processes';
import { pythonWith } from '../rehearsal/python-environment';
import { NotPossibleHereError, Stages } from '../rehearsal/stages';
import { AWS_CLI_CASES } from './aws-cli-cases';
import { BOTO3_CASES } from './boto3-cases';
import { DIMENSION, LEGACY_PRODUCT, LICENSE_PRODUCT, RealClients } from './real-clients';

const CASES = { ...BOTO3_CASES, ...AWS_CLI_CASES };

/** @returns the exit code */
export async function meetClients(skipIfImpossible: boolean): Promise<number> {
  const children = new ChildProcesses();
  const cacheFolder = join('.local', 'clients');
  mkdirSync(cacheFolder, { recursive: true });
  try {
    const python = await new Stages().run('Python environment with boto3 and the AWS CLI', () =>
      pythonWith(join(import.meta.dirname, 'requirements.txt'), { children, cacheFolder }),
    );
    return await runCases({ python, children });
  } catch (error) {
    if (!(error instanceof NotPossibleHereError)) throw error;
    const skipped = 'SKIPPED: no other client than the JavaScript SDK has met the simulator.';
    console.error(
      `\n${pc.red(pc.bold(skipIfImpossible ? skipped : 'The clients cannot run here.'))}\n${error.message}`,
    );
    return skipIfImpossible ? 0 : 1;
  } finally {
    await children.stop();
  }
}

/** @returns the exit code */
async function runCases(tools: { python: string; children: ChildProcesses }): Promise<number> {
  const running = await startMarketplace();
  const dimensions = [DIMENSION, 'storage'];
  const terms = { name: 'Analytics', pricingModel: 'contractWithConsumption', dimensions } as const;
  running.marketplace.addProduct({ ...terms, productCode: LICENSE_PRODUCT, identityMode: 'license' });
  running.marketplace.addProduct({ ...terms, productCode: LEGACY_PRODUCT, identityMode: 'legacy' });
  const clients = new RealClients(running, tools);
  // At the same time, because an interpreter is slow to start.
  const failures = await Promise.all(
    Object.entries(CASES).map(async ([sentence, work]) => {
      const problem = await work(clients).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      console.log(problem === undefined ? `${pc.green('✓')} ${sentence}` : `${pc.red('✗')} ${sentence}\n${problem}`);
      return problem;
    }),
  ).finally(() => running.stop());
  const failed = failures.filter((problem) => problem !== undefined).length;
  console.log(`${failures.length - failed} of ${failures.length} cases hold.`);
  return failed === 0 ? 0 : 1;
}
