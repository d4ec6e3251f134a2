import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmDesign, AlarmSources } from './alarm-design';
import { registrationAlarms, subscriptionAlarms } from './buyer-alarms';
import { answerAlarms, meteringAlarms } from './metering-alarms';
import { streamAlarms, usageAlarms } from './usage-alarms';

export interface AlarmsProps extends AlarmSources {
  /** Is told when an alarm goes on, and when it is over. */
  readonly topic: ITopic;
}

const MISSING = {
  events: TreatMissingData.NOT_BREACHING,
  reading: TreatMissingData.IGNORE,
  heartbeat: TreatMissingData.BREACHING,
};

const GROUPS = [meteringAlarms, answerAlarms, usageAlarms, streamAlarms, subscriptionAlarms, registrationAlarms];

/** An alarm for each way in which money can get stuck, with the section of the runbook to follow. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { topic, ...sources }: AlarmsProps) {
    super(scope, id);
    this.all = GROUPS.flatMap((group) => group(sources)).map((design) => this.#alarm(design));
    for (const alarm of this.all) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }

  #alarm({ id, metric, says, threshold = 1, periods = 1, kind = 'events' }: AlarmDesign): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator:
        kind === 'heartbeat'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: MISSING[kind],
      alarmDescription: `${says} Runbook: docs/runbook.md#${toAnchor(id)}`,
    });
  }
}

/** `MeteringNotRunning` as GitHub names the heading "Metering not running". */
function toAnchor(id: string): string {
  return id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
