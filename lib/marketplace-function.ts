import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime, Tracing, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnvOf, FrontDoorEnv, MetricsEnv } from '../lambdas/shared/contract/env';
import { FUNCTIONS, type FunctionName } from '../lambdas/shared/contract/functions';
import type { SellerConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { bundledFunction } from './function-bundle';

/** What all functions of one `MarketplaceSaas` have in common. */
export interface FunctionSettings {
  readonly configuration: SellerConfiguration;
  readonly logRetention: RetentionDays;
  /** Of the metrics they write. */
  readonly metricsNamespace: string;
}

export interface MarketplaceFunctionProps<Name extends FunctionName>
  extends FunctionSettings, Partial<Omit<FunctionProps, 'logRetention' | 'role' | 'logGroup' | 'environment'>> {
  /** The folder under `lambdas/`. */
  readonly name: Name;
}

/** A function the way this project runs all of them; what the caller gives replaces a default. */
export class MarketplaceFunction<Name extends FunctionName = FunctionName> extends Function {
  constructor(scope: Construct, id: string, props: MarketplaceFunctionProps<Name>) {
    const { name, configuration, logRetention, metricsNamespace, ...overrides } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, { retention: logRetention });
    // A role of its own: the managed policy CDK would attach lets a function write to every log group in the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      code: bundledFunction(name, configuration),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      timeout: Duration.seconds(FUNCTIONS[name].timeoutSeconds),
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      environment: { POWERTOOLS_METRICS_NAMESPACE: metricsNamespace } satisfies MetricsEnv,
      ...overrides,
      logGroup,
      role,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'X-Ray and AWS Marketplace have no resources to name; test/lib/least-privilege.test.ts lets no other action through.',
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'Only an invocation that nobody waits for needs one. API Gateway waits; a failed batch of a stream goes to a ' +
        "bucket, a failed message to its queue's dead-letter queue; what a scheduled run leaves, the next one does.",
    });
  }

  /** Adds what the function reads: the compiler lets no variable be missing and none be too many. */
  addVariables(variables: EnvOf<Name> | FrontDoorEnv): void {
    for (const [name, value] of Object.entries(variables)) this.addEnvironment(name, value);
  }
}
