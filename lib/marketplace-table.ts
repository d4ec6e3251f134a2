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
  type IndexOf,
  type KeyAttribute,
  type TableDesign,
  type TableName,
} from '../lambdas/shared/contract/tables';

/**
 * What a function may be allowed to do with items. Deleting is not among them: what was recorded stays until its time
 * to live is over. Nor is scanning: work that is due is found through an index.
 */
export type TableAction = 'BatchGetItem' | 'ConditionCheckItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';

export interface MarketplaceTableProps<Design extends TableName> extends Pick<
  TableProps,
  'encryption' | 'encryptionKey'
> {
  /** Which of the tables in `contract/tables.ts`. */
  readonly design: Design;
}

/** A table the way this project keeps data that money depends on. */
export class MarketplaceTable<Design extends TableName> extends Table {
  readonly design: Design;

  constructor(scope: Construct, id: string, { design, ...props }: MarketplaceTableProps<Design>) {
    const { partitionKey, sortKey, timeToLive, stream, indexes = {} }: TableDesign = TABLES[design];
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
    this.design = design;
    for (const [indexName, index] of Object.entries(indexes)) {
      this.addGlobalSecondaryIndex({
        indexName,
        partitionKey: attribute(index.partitionKey),
        sortKey: attribute(index.sortKey),
        projectionType: ProjectionType[index.projection],
      });
    }
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

  /** Allows queries of an index that the table has. */
  grantIndexQuery(grantee: IGrantable, index: IndexOf<Design>): void {
    this.#grant(grantee, ['Query'], `${this.tableArn}/index/${String(index)}`);
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
