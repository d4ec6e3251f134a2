import { commandLine, runCommandLine } from '../../ops/output/command-line';
import { EXAMPLE_CONFIGURATION } from '../example-configuration';
import type { RehearsalOptions } from './run-rehearsal';

await runCommandLine(
  commandLine('test:deploy', '', '--config marketplace.config.json', '--from-last-release', '--skip-if-impossible')
    .description('Deploys this app into ministack twice, with the CDK CLI, and walks its main path after each deploy.')
    .option('--skip-if-impossible', 'exit with 0 instead of 1 when python3, openssl or PyPI is missing', false)
    .option('--config <file>', 'the seller configuration to deploy', EXAMPLE_CONFIGURATION)
    .option('--from-last-release', 'deploy the last release first, and roll back to it', false)
    .action(async (options: RehearsalOptions) => {
      process.exitCode = await (await import('./run-rehearsal')).runRehearsal(options);
      // An interrupted rehearsal may still wait for something.
      process.exit();
    }),
);
