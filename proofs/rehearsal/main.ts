import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import pc from '../../ops/output/colours';
import { untilInterrupted } from '../../local/stack/interrupted';
import { ChildProcesses } from './child-processes';
import { NOT_PROVEN } from './not-proven';
import { rehearse } from './rehearse';
import { NotPossibleHereError, Stages } from './stages';

const CACHE_FOLDER = join('.local', 'rehearsal');

new Command('npm run test:deploy --')
  .description('Deploys this app into ministack twice, with the CDK CLI, and walks its main path after each deploy.')
  .option('--skip-if-impossible', 'exit with 0 instead of 1 when python3, openssl or PyPI is missing', false)
  .action(async ({ skipIfImpossible }: { skipIfImpossible: boolean }) => {
    process.exitCode = await run(skipIfImpossible);
    // An interrupted rehearsal may still wait for something.
    process.exit();
  })
  .parse();

async function run(skipIfImpossible: boolean): Promise<number> {
  const children = new ChildProcesses();
  const stages = new Stages();
  const stops: (() => Promise<void> | void)[] = [];
  mkdirSync(CACHE_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
  const interrupted = untilInterrupted().then((): never => {
    throw new Error('Interrupted.');
  });
  try {
    const onStop = (stop: () => Promise<void> | void) => stops.push(stop);
    const rehearsal = rehearse({ children, stages, folder, cacheFolder: CACHE_FOLDER, onStop });
    return verdict(await Promise.race([rehearsal, interrupted]), stages);
  } catch (error) {
    return explain(error, skipIfImpossible);
  } finally {
    await children.stop();
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function verdict(exact: boolean, { total }: Stages): number {
  const sentence = exact
    ? pc.green('VERDICT: deployed, used, billed exactly, updated, nothing lost, billed exactly.')
    : pc.red('VERDICT: AWS Marketplace would not bill the exact usage.');
  console.log(`\n${pc.bold(sentence)} ${pc.dim(`(${total})`)}\n\n${NOT_PROVEN}`);
  return exact ? 0 : 1;
}

function explain(error: unknown, skipIfImpossible: boolean): number {
  const sentence = error instanceof Error ? error.message : String(error);
  if (!(error instanceof NotPossibleHereError)) {
    console.error(
      `\n${pc.red(sentence)}\n\nRead the log of ministack and the functions: ${join(CACHE_FOLDER, 'ministack.log')}`,
    );
    return 1;
  }
  const skipped = 'SKIPPED: the rehearsal of the deploy did not run. Nothing about a deploy is proven.';
  console.error(
    `\n${pc.red(pc.bold(skipIfImpossible ? skipped : 'The rehearsal cannot run on this machine.'))}\n${sentence}`,
  );
  return skipIfImpossible ? 0 : 1;
}
