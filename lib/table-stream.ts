import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  StartingPosition,
  type IEventSourceDlq,
  type IFunction,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { STREAM_MAPPING } from '../lambdas/shared/contract/functions';

export interface TableStreamProps {
  readonly table: ITable;
  readonly target: IFunction;
  /** The kinds of change that invoke the function. */
  readonly changes: readonly ('INSERT' | 'MODIFY')[];
  /**
   * Selects items by attributes of their new image, as an event pattern: `{ state: { S: ['ending'] } }`.
   *
   * @default - all items
   */
  readonly items?: Readonly<Record<string, unknown>>;
  readonly batchSize: number;
  /** @default - no window */
  readonly maxBatchingWindow?: Duration;
  /** Keeps the batches whose retries are exhausted. */
  readonly onFailure: IEventSourceDlq;
}

/** Delivers a table's changes to a function that reports which records failed. */
export class TableStream extends Construct {
  constructor(scope: Construct, id: string, props: TableStreamProps) {
    super(scope, id);
    const { table, target } = props;
    // `DynamoEventSource` would also grant the right to list every stream in the account.
    target.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [table.tableStreamArn ?? ''],
      }),
    );
    new EventSourceMapping(this, 'Mapping', {
      target,
      eventSourceArn: table.tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.or(...props.changes),
          ...(props.items && { dynamodb: { NewImage: props.items } }),
        }),
      ],
      batchSize: props.batchSize,
      maxBatchingWindow: props.maxBatchingWindow,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: STREAM_MAPPING.retryAttempts,
      maxRecordAge: Duration.hours(STREAM_MAPPING.maxRecordAgeHours),
      onFailure: props.onFailure,
    });
  }
}
