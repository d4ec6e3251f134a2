import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import type { AwsAccount } from './aws-account';

/**
 * Invokes the target of the deployed hourly rule now. ministack also fires the rule, but only at its minute.
 *
 * @throws Error when there is not exactly one such rule, or when its function fails
 */
export async function runTheHour(account: AwsAccount, graceMinutes: number): Promise<void> {
  const schedule = `cron(${graceMinutes} * * * ? *)`;
  const { Rules = [] } = await account.eventBridge.send(new ListRulesCommand({}));
  const rules = Rules.filter(({ ScheduleExpression, State }) => ScheduleExpression === schedule && State === 'ENABLED');
  const [rule, ...others] = rules;
  if (rule === undefined || others.length > 0) {
    const found = Rules.flatMap(({ ScheduleExpression }) => ScheduleExpression ?? []).join(', ');
    throw new Error(`Expected one deployed rule with the schedule ${schedule}; the schedules are ${found}.`);
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
