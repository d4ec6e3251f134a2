import {
  ChangeSetNotFoundException,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type Change,
  type CloudFormationClient,
} from '@aws-sdk/client-cloudformation';
import { OperatorError } from '../errors';
import type { ChangeSet } from './deploy';

export interface CdkChangeSetOptions {
  stack: string;
  cloudFormation: CloudFormationClient;
  /** Runs the CDK CLI to its end. @throws when it fails */
  cdk: (...args: readonly string[]) => Promise<void>;
  /** More of its arguments: `-c`, `marketplaceConfig=mine.json`. */
  more: readonly string[];
}

const NAME = 'npm-run-deploy';
const NO_CHANGES = /didn't contain changes|no updates are to be performed/i;

/** The CDK CLI uploads the code, and prepares and executes the change set. CloudFormation says what is in it. */
export class CdkChangeSet implements ChangeSet {
  readonly #options: CdkChangeSetOptions;
  readonly #reference: { StackName: string; ChangeSetName: string };

  constructor(options: CdkChangeSetOptions) {
    this.#options = options;
    this.#reference = { StackName: options.stack, ChangeSetName: NAME };
  }

  async prepare(): Promise<readonly Change[] | undefined> {
    await this.discard();
    await this.#cdk('prepare-change-set');
    try {
      return await this.#describe();
    } catch (error) {
      // The CLI prepares none when the template is the deployed one.
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  execute(): Promise<void> {
    return this.#cdk('execute-change-set');
  }

  async discard(): Promise<void> {
    try {
      await this.#options.cloudFormation.send(new DeleteChangeSetCommand(this.#reference));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async #describe(): Promise<readonly Change[] | undefined> {
    const all: Change[] = [];
    let NextToken: string | undefined;
    do {
      const request = new DescribeChangeSetCommand({ ...this.#reference, NextToken });
      const {
        Changes = [],
        Status,
        StatusReason = '',
        NextToken: next,
      } = await this.#options.cloudFormation.send(request);
      if (Status === 'FAILED' && NO_CHANGES.test(StatusReason)) return undefined;
      if (Status !== 'CREATE_COMPLETE')
        throw new OperatorError(`CloudFormation could not prepare the change set: ${Status ?? ''} ${StatusReason}`);
      all.push(...Changes);
      NextToken = next;
    } while (NextToken !== undefined);
    return all;
  }

  #cdk(method: 'prepare-change-set' | 'execute-change-set'): Promise<void> {
    const { stack, cdk, more } = this.#options;
    return cdk('deploy', stack, '--method', method, '--change-set-name', NAME, ...more);
  }
}

/** Of the change set, or of the whole stack before its first deployment. */
function isMissing(error: unknown): boolean {
  if (error instanceof ChangeSetNotFoundException) return true;
  return error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
}
