import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, type Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { SCHEDULE_MINUTES } from '../lambdas/shared/contract/functions';

const reason = 'A scheduled run carries no data: the next one, minutes later, finds everything that is due.';

/** Runs a function on schedules, by rule id. A run that has not started when the next one is due is dropped. */
export function scheduleRuns(scope: Construct, fn: IFunction, schedules: Readonly<Record<string, Schedule>>): void {
  Validations.of(fn).acknowledge({ id: 'Serverless-LambdaAsyncFailureDestination', reason });
  for (const [id, schedule] of Object.entries(schedules)) {
    const run = new LambdaFunction(fn, { retryAttempts: 2, maxEventAge: Duration.minutes(SCHEDULE_MINUTES) });
    Validations.of(new Rule(scope, id, { schedule, targets: [run] })).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason,
    });
  }
}
