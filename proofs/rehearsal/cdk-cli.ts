import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { REGION } from './aws-account';
import type { ChildProcesses, Environment } from './child-processes';
import { ACCOUNT, CREDENTIALS } from './ministack';

const CLI = resolve('node_modules/aws-cdk/bin/cdk');

const outputsSchema = z.object({
  MarketplaceSaas: z.record(z.string(), z.string()),
});
export type StackOutputs = z.infer<typeof outputsSchema>['MarketplaceSaas'];

export interface CdkCliOptions {
  endpoint: string;
  certificateFile: string;
  folder: string;
  env: Environment;
}

/** Runs the pinned CDK CLI on this app, as a seller does, but against ministack. */
export class CdkCli {
  readonly #children: ChildProcesses;
  readonly #folder: string;
  readonly #env: Environment;

  constructor(children: ChildProcesses, { endpoint, certificateFile, folder, env }: CdkCliOptions) {
    this.#children = children;
    this.#folder = folder;
    this.#env = {
      ...env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      AWS_CA_BUNDLE: certificateFile,
      NODE_EXTRA_CA_CERTS: certificateFile,
      CDK_DISABLE_VERSION_CHECK: '1',
    };
    mkdirSync(folder, { recursive: true });
  }

  async bootstrap(): Promise<void> {
    await this.#cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  }

  async deploy(...more: string[]): Promise<StackOutputs> {
    const file = join(this.#folder, 'outputs.json');
    await this.#cdk('deploy', '--require-approval', 'never', '--outputs-file', file, ...more);
    return outputsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).MarketplaceSaas;
  }

  async #cdk(...args: string[]): Promise<void> {
    // A separate assembly keeps the one of `npm start` unchanged.
    const command = [process.execPath, CLI, ...args, '--output', join(this.#folder, 'cdk.out')] as const;
    await this.#children.run({ command: [...command], env: this.#env });
  }
}
