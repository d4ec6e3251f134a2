import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { AwsAccount } from './aws-account';

/**
 * Does now what the deployed hourly rule does at its minute: invokes its target. ministack fires the rule by itself too,
 * but nobody wants to wait for that.
 *
 * @throws Error when no such rule is deployed, or its function fails.
 */
export async function runTheHour(account: AwsAccount, graceMinutes: number): Promise<void> {
  const schedule = `cron(${graceMinutes} * * * ? *)`;
  const { Rules = [] } = await account.eventBridge.send(new ListRulesCommand({}));
  const rules = Rules.filter(({ ScheduleExpression, State }) => ScheduleExpression === schedule && State === 'ENABLED');
  const [rule, ...others] = rules;
  if (rule === undefined || others.length > 0) {
    const found = Rules.flatMap(({ ScheduleExpression }) => ScheduleExpression ?? []).join(', ');
    throw new Error(`There must be one deployed rule with the schedule ${schedule}; there are ${found}.`);
  }
  const { Targets = [] } = await account.eventBridge.send(new ListTargetsByRuleCommand({ Rule: rule.Name }));
  for (const { Arn = '' } of Targets) {
    await account.invoke(Arn, {
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      time: new Date().toISOString(),
      resources: [rule.Arn],
      detail: {},
    });
  }
}
