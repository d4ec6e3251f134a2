import { dirname, join } from 'node:path';
import { buy, type Agreement, type RunningMarketplace } from '../../simulator';
import type { ChildProcesses, Environment } from '../rehearsal/child-processes';

export const LICENSE_PRODUCT = 'analytics';
export const LEGACY_PRODUCT = 'analytics-classic';
export const DIMENSION = 'requests';

/** boto3 and the AWS CLI as clients of the simulator. Only the endpoint is changed. */
export class RealClients {
  readonly #env: Environment;

  constructor(
    readonly running: RunningMarketplace,
    private readonly tools: { python: string; children: ChildProcesses },
  ) {
    const { endpoint } = running;
    this.#env = {
      PATH: process.env.PATH ?? '',
      PYTHONWARNINGS: 'ignore',
      AWS_ENDPOINT_URL_MARKETPLACE_METERING: endpoint,
      AWS_ENDPOINT_URL_MARKETPLACE_ENTITLEMENT_SERVICE: endpoint,
      AWS_ENDPOINT_URL_MARKETPLACE_AGREEMENT: endpoint,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      // The person's own profiles must not lead a client anywhere else.
      AWS_CONFIG_FILE: 'none',
      AWS_SHARED_CREDENTIALS_FILE: 'none',
    };
  }

  /** Runs an example and parses the JSON that it prints. */
  async python(example: string, ...args: string[]): Promise<unknown> {
    const script = join(import.meta.dirname, 'examples', `${example}.py`);
    return JSON.parse(await this.#run([this.tools.python, script, ...args]));
  }

  /** Runs an `aws` command and parses its output. `models`: the folder with the service models to use instead of its own. */
  async aws(args: string[], models?: string): Promise<unknown> {
    const program = join(dirname(this.tools.python), 'aws');
    const more: Environment = models === undefined ? {} : { AWS_DATA_PATH: models };
    return JSON.parse(await this.#run([program, ...args, '--output', 'json'], more));
  }

  /** The folder of boto3's service models, which are newer than those of the AWS CLI. */
  async newestModels(): Promise<string> {
    const print = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))';
    return this.#run([this.tools.python, '-c', print]);
  }

  /** A buyer who has subscribed now. */
  buyer(productCode = LICENSE_PRODUCT): Agreement {
    const entitlements = [{ dimension: 'storage', value: { IntegerValue: 40 } }];
    return buy(this.running.marketplace, {
      productCode,
      entitlements,
      freeTrial: true,
      endsAtMs: Date.UTC(2100, 0),
      autoRenew: true,
    });
  }

  billedTo({ licenseArn, accountId }: Agreement) {
    return this.running.marketplace
      .ledger()
      .filter((record) => (record.licenseArn ?? licenseArn) === licenseArn && record.accountId === accountId)
      .map(({ quantity, allocations }) => [quantity, ...allocations.map((each) => each.quantity)]);
  }

  #run(command: [string, ...string[]], more: Environment = {}): Promise<string> {
    return this.tools.children.run({ command, env: { ...this.#env, ...more } });
  }
}
