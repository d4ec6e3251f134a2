import { Annotations, AspectPriority, Aspects, CfnResource, RemovalPolicy, type IAspect } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  ManagedPolicy,
  Policy,
  PolicyDocument,
  PolicyStatement,
  type IGrantable,
} from 'aws-cdk-lib/aws-iam';
import { Key, type IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, type IConstruct } from 'constructs';
import { KEY_USE, keyPolicyStatements, viaServices, type KeyedService } from './key-policy';

export interface EncryptionProps {
  readonly encryptionKey: IKey | 'create';
}

/** The properties that name the key, by the type of the resource. Changing any of them replaces no resource. */
const PROPERTIES: Readonly<Record<string, (keyArn: string) => Record<string, unknown>>> = {
  'AWS::DynamoDB::Table': (keyArn) => ({
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn },
  }),
  'AWS::SQS::Queue': (keyArn) => ({ KmsMasterKeyId: keyArn, SqsManagedSseEnabled: undefined }),
  'AWS::SNS::Topic': (keyArn) => ({ KmsMasterKeyId: keyArn }),
  'AWS::Logs::LogGroup': (keyArn) => ({ KmsKeyId: keyArn }),
  'AWS::S3::Bucket': (keyArn) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        // With a bucket key, S3 does not call KMS for each object.
        { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } },
      ],
    },
  }),
};

/** Actions on data: the service then uses the key with the permissions of the caller. */
const ON_DATA = /"(dynamodb|s3|sqs):(?!Describe|List|GetQueue)/g;

/**
 * One key for all that the stack stores. It reaches every resource, and every role that uses one, by walking the tree, so
 * that none can be forgotten.
 */
export class Encryption extends Construct {
  readonly #key: IKey;

  constructor(scope: Construct, id: string, { encryptionKey }: EncryptionProps) {
    super(scope, id);
    this.#key = encryptionKey === 'create' ? this.#create() : this.#allowed(encryptionKey);
    const aspect: IAspect = { visit: (node) => this.#reach(node) };
    Aspects.of(scope).add(aspect, { priority: AspectPriority.MUTATING });
  }

  /** Allows a role outside of the construct to use the key through these services. */
  grantUse(grantee: IGrantable, services: readonly KeyedService[]): void {
    grantee.grantPrincipal.addToPrincipalPolicy(this.#use(services));
  }

  #create(): Key {
    const administration = new PolicyStatement({
      sid: 'Administration',
      principals: [new AccountRootPrincipal()],
      // Not the use: nobody decrypts with this key except through the services below.
      actions: [
        ...['kms:CancelKeyDeletion', 'kms:DescribeKey', 'kms:DisableKey', 'kms:EnableKey', 'kms:EnableKeyRotation'],
        ...['kms:GetKeyPolicy', 'kms:GetKeyRotationStatus', 'kms:ListGrants', 'kms:ListKeyPolicies'],
        ...['kms:ListKeyRotations', 'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:RevokeGrant'],
        ...['kms:RotateKeyOnDemand', 'kms:ScheduleKeyDeletion', 'kms:TagResource', 'kms:UntagResource'],
        ...['kms:DisableKeyRotation', 'kms:UpdateKeyDescription'],
      ],
      resources: ['*'],
    });
    return new Key(this, 'Key', {
      description: 'Encrypts everything that AWS Marketplace SaaS stores. Without it, the data is lost.',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      policy: new PolicyDocument({ statements: [administration, ...keyPolicyStatements(this)] }),
    });
  }

  #allowed(key: IKey): IKey {
    const added = keyPolicyStatements(this).map((statement) => key.addToResourcePolicy(statement));
    if (added.some(({ statementAdded }) => !statementAdded))
      Annotations.of(this).addInfoV2(
        'aws-marketplace-saas:keyPolicy',
        'CDK cannot change the policy of this encryptionKey. Add the statements in docs/security.md of ' +
          'aws-marketplace-saas to it before you deploy, or alarms and licence events are lost.',
      );
    return key;
  }

  #reach(node: IConstruct): void {
    if (CfnResource.isCfnResource(node)) {
      const properties = PROPERTIES[node.cfnResourceType]?.(this.#key.keyArn) ?? {};
      for (const [name, value] of Object.entries(properties)) node.addPropertyOverride(name, value);
    }
    if (node instanceof Policy || node instanceof ManagedPolicy) {
      const services = servicesOf(node.document);
      if (services.length > 0) node.addStatements(this.#use(services));
    }
  }

  #use(services: readonly KeyedService[]): PolicyStatement {
    const conditions = { StringEquals: viaServices(services) };
    return new PolicyStatement({ actions: KEY_USE, resources: [this.#key.keyArn], conditions });
  }
}

/** The services that a policy lets somebody reach data in. */
function servicesOf(document: PolicyDocument): KeyedService[] {
  const actions: readonly string[] = JSON.stringify(document.toJSON()).match(ON_DATA) ?? [];
  return (['dynamodb', 's3', 'sqs'] as const).filter((service) => actions.includes(`"${service}:`));
}
