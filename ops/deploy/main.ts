import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { OperatorError } from '../errors';
import { AwsApi } from '../doctor/aws-api';
import { DEFAULT_TARGET } from '../installation/installation';
import { commandLine, runCommandLine } from '../output/command-line';
import { processTerminal } from '../output/terminal';
import { CdkChangeSet } from './cdk-change-set';
import { readReservation } from './concurrency';
import { deploy } from './deploy';

interface Options {
  dryRun: boolean;
  allowReplace: string[];
  stack: string;
  region: string;
  config?: string;
  requireApproval?: string;
}

await runCommandLine(
  commandLine('deploy', '--dry-run', '', '--allow-replace SaasNoticesTableEC1A7280')
    .description(
      'Deploys this app with the CDK CLI, but reads the change set first, and refuses to replace or delete a table, bucket, ' +
        'queue, log, key, topic, bus or address.',
    )
    .option('--dry-run', 'say what would change, and deploy nothing', false)
    .option('--allow-replace <ids...>', 'logical ids that may be replaced or deleted', [])
    .option('--stack <name>', 'name of the CloudFormation stack', DEFAULT_TARGET.stack)
    .option('--region <region>', 'region of the stack', DEFAULT_TARGET.region)
    .option('--config <file>', 'the seller configuration to deploy')
    .option('--require-approval <level>', 'as of `cdk deploy`: which changes of permissions it asks about')
    .action(async ({ dryRun, allowReplace, stack, region, config, requireApproval }: Options) => {
      const cloudFormation = new CloudFormationClient({ region, maxAttempts: 5 });
      const more = [
        ...(config === undefined ? [] : ['-c', `marketplaceConfig=${config}`]),
        ...(requireApproval === undefined ? [] : ['--require-approval', requireApproval]),
      ];
      const api = new AwsApi({ eventBridge: cloudFormation, local: undefined });
      const template = resolve('cdk.out', `${stack}.template.json`);
      const reservation = () => readReservation({ stack, template, region }, { cloudFormation, api });
      const changeSet = new CdkChangeSet({ stack, cloudFormation, cdk, more });
      process.exitCode = await deploy(changeSet, { dryRun, allowReplace, reservation }, processTerminal);
      cloudFormation.destroy();
    }),
);

/** The CLI asks its questions on this terminal. */
async function cdk(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [resolve('node_modules/aws-cdk/bin/cdk'), ...args], { stdio: 'inherit' });
  const code = await new Promise<number | null>((done, failed) => child.on('error', failed).on('close', done));
  if (code !== 0) throw new OperatorError(`cdk ${args.slice(0, 2).join(' ')} failed. Nothing was deployed by it.`);
}
