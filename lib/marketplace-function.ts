import { Duration, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, LoggingFormat, Runtime, Tracing, type FunctionProps } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import {
  type ContactsEnv,
  type EnvOf,
  type FrontDoorEnv,
  type FunctionName,
  FUNCTIONS,
  type MetricsEnv,
} from '../lambdas/shared/contract/functions';
import type { Brand } from '../lambdas/shared/contract/seller-pages';
import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import { FunctionCode } from './function-code';

/** Settings that all functions of one `MarketplaceSaas` share. */
export interface FunctionSettings {
  readonly configuration: ParsedConfiguration;
  /** @default - the pages' own look */
  readonly brand?: Brand;
  readonly logRetention: RetentionDays;
  readonly metricsNamespace: string;
}

export interface MarketplaceFunctionProps<Name extends FunctionName>
  extends FunctionSettings, Partial<Omit<FunctionProps, 'logRetention' | 'role' | 'logGroup' | 'environment'>> {
  /** The folder under `lambdas/`. */
  readonly name: Name;
}

/** A function with this project's defaults, which the caller's props override. */
export class MarketplaceFunction<Name extends FunctionName = FunctionName> extends Function {
  constructor(scope: Construct, id: string, props: MarketplaceFunctionProps<Name>) {
    const { name, configuration, brand = {}, logRetention, metricsNamespace, ...overrides } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, { retention: logRetention });
    // CDK's default role has a managed policy that allows writing to every log group in the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      code: new FunctionCode(name, configuration, brand),
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
        'X-Ray and AWS Marketplace have no resource-level scoping. test/lib/least-privilege.test.ts allows no other action.',
    });
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'API Gateway calls synchronously. A failed stream batch goes to a bucket and a failed message to the dead-letter ' +
        'queue of its queue. Work that a scheduled run misses is done by the next one.',
    });
  }

  /** Sets the function's environment. The compiler rejects a missing variable and a superfluous one. */
  addVariables(variables: EnvOf<Name> | FrontDoorEnv | ContactsEnv): void {
    for (const [name, value] of Object.entries(variables)) this.addEnvironment(name, value);
  }
}
