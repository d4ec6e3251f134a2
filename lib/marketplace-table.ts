import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  type Attribute,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  TABLES,
  type IndexDesign,
  type KeyAttribute,
  type TableDesign,
  type TableName,
} from '../lambdas/shared/contract/tables';

/**
 * What a function may be allowed to do with items. Deleting is not among them: what was recorded stays until its time
 * to live is over. Nor is scanning: work that is due is found through an index.
 */
export type TableAction = 'BatchGetItem' | 'ConditionCheckItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';

export interface MarketplaceTableProps extends Pick<TableProps, 'encryption' | 'encryptionKey'> {
  /** Which of the tables in `contract/tables.ts`. */
  readonly design: TableName;
}

/** A table the way this project keeps data that money depends on. */
export class MarketplaceTable extends Table {
  readonly #index: string | undefined;
  readonly #dueIndex: string | undefined;

  constructor(scope: Construct, id: string, { design, ...props }: MarketplaceTableProps) {
    const { partitionKey, sortKey, timeToLive, stream, index, dueIndex }: TableDesign = TABLES[design];
    super(scope, id, {
      partitionKey: attribute(partitionKey),
      sortKey: sortKey && attribute(sortKey),
      timeToLiveAttribute: timeToLive,
      stream: stream && StreamViewType[stream],
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
    this.#index = index?.name;
    this.#dueIndex = dueIndex?.name;
    for (const design of [index, dueIndex]) if (design) this.#addIndex(design);
  }

  /**
   * Allows exactly these actions on the table and gives its name, for the environment of whoever was allowed: neither
   * is of use without the other.
   */
  grantActions(grantee: IGrantable, ...actions: TableAction[]): string {
    this.#grant(grantee, actions, this.tableArn);
    this.encryptionKey?.grantEncryptDecrypt(grantee);
    return this.tableName;
  }

  /** Allows queries of the table's index. */
  grantIndexQuery(grantee: IGrantable): void {
    this.#grant(grantee, ['Query'], `${this.tableArn}/index/${this.#index}`);
  }

  /** Allows queries of the index of what is due. */
  grantDueIndexQuery(grantee: IGrantable): void {
    this.#grant(grantee, ['Query'], `${this.tableArn}/index/${this.#dueIndex}`);
  }

  #addIndex({ name, partitionKey, sortKey, projection }: IndexDesign): void {
    this.addGlobalSecondaryIndex({
      indexName: name,
      partitionKey: attribute(partitionKey),
      sortKey: attribute(sortKey),
      projectionType: ProjectionType[projection],
    });
  }

  #grant(grantee: IGrantable, actions: TableAction[], resourceArn: string): void {
    Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [resourceArn],
    });
  }
}

function attribute({ name, type }: KeyAttribute): Attribute {
  return { name, type: { S: AttributeType.STRING, N: AttributeType.NUMBER }[type] };
}
