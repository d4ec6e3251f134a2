import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableClass,
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
import { requireAdded } from './usage-accounts';

/**
 * The actions that a function can be granted. No function may delete: an item stays until its time to live is over. No
 * function may scan: an index finds the work that is due.
 */
export type TableAction = 'BatchGetItem' | 'ConditionCheckItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem';

export interface MarketplaceTableProps<Design extends TableName> extends Pick<TableProps, 'encryption'> {
  /** The table's name in `contract/tables.ts`. */
  readonly design: Design;
}

/** A table for data that billing depends on: protected from deletion, retained, restorable to a point in time. */
export class MarketplaceTable<Design extends TableName> extends Table {
  readonly design: Design;

  constructor(scope: Construct, id: string, { design, ...props }: MarketplaceTableProps<Design>) {
    const { partitionKey, sortKey, timeToLive, stream, tableClass, indexes = {} }: TableDesign = TABLES[design];
    super(scope, id, {
      partitionKey: attribute(partitionKey),
      sortKey: sortKey && attribute(sortKey),
      timeToLiveAttribute: timeToLive,
      stream: stream && StreamViewType[stream],
      tableClass: tableClass && TableClass[tableClass],
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
   * Allows exactly these actions on the table. Returns its name for the grantee's environment, so that a function never
   * gets one without the other.
   */
  grantActions(grantee: IGrantable, ...actions: TableAction[]): string {
    this.#grant(grantee, { actions, resourceArn: this.tableArn });
    return this.tableName;
  }

  /** The same for the items whose partition key matches one of these patterns, with `*` for any text. */
  grantActionsOn(keys: readonly string[], grantee: IGrantable, ...actions: TableAction[]): string {
    const conditions = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } };
    this.#grant(grantee, { actions, resourceArn: this.tableArn, conditions });
    return this.tableName;
  }

  /** Allows queries of one of the table's indexes. */
  grantIndexQuery(grantee: IGrantable, index: IndexOf<Design>): void {
    this.#grant(grantee, { actions: ['Query'], resourceArn: `${this.tableArn}/index/${String(index)}` });
  }

  #grant(grantee: IGrantable, { actions, resourceArn, conditions }: TablePermission): void {
    const grant = Grant.addToPrincipal({
      grantee,
      actions: actions.map((action) => `dynamodb:${action}`),
      resourceArns: [resourceArn],
      conditions,
    });
    requireAdded(grant, grantee);
  }
}

interface TablePermission {
  actions: TableAction[];
  resourceArn: string;
  conditions?: Record<string, Record<string, unknown>>;
}

function attribute({ name, type }: KeyAttribute): Attribute {
  return { name, type: { S: AttributeType.STRING, N: AttributeType.NUMBER }[type] };
}
