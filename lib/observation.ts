import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ParsedConfiguration } from '../lambdas/shared/contract/seller-configuration';
import type { AlarmSources } from './alarm-design';
import { AlarmTopic } from './alarm-topic';
import { Alarms } from './alarms';
import { dashboardUrl, SaasDashboard } from './saas-dashboard';

export interface ObservationProps extends AlarmSources {
  readonly configuration: ParsedConfiguration;
  /** @default - a new topic */
  readonly alarmTopic?: ITopic;
  readonly runbookUrl: string;
}

/** Alarms, the topic that receives them, and a dashboard. */
export class Observation extends Construct {
  readonly alarmTopic: ITopic;
  readonly alarms: readonly IAlarm[];
  readonly dashboardUrl: string;

  constructor(scope: Construct, id: string, { alarmTopic, ...props }: ObservationProps) {
    super(scope, id);
    this.alarmTopic = alarmTopic ?? new AlarmTopic(this, 'AlarmTopic').topic;
    this.dashboardUrl = dashboardUrl(this, props.metrics);
    const texts = { dashboardUrl: this.dashboardUrl, runbookUrl: props.runbookUrl };
    this.alarms = new Alarms(this, 'Alarms', { ...props, ...texts, topic: this.alarmTopic }).all;
    new SaasDashboard(this, 'Dashboard', { ...props, alarms: this.alarms });
  }
}
