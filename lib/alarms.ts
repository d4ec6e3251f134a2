import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AlarmDesign, AlarmSources } from './alarm-design';
import { registrationAlarms, subscriptionAlarms } from './buyer-alarms';
import { doorAlarms } from './door-alarms';
import { answerAlarms, meteringAlarms } from './metering-alarms';
import { streamAlarms, usageAlarms } from './usage-alarms';

export interface AlarmsProps extends AlarmSources {
  /** Receives a message when an alarm starts and when it ends. */
  readonly topic: ITopic;
  readonly dashboardUrl: string;
  /** The runbook's address. Each alarm names its section there. */
  readonly runbookUrl: string;
}

const MISSING = {
  events: TreatMissingData.NOT_BREACHING,
  reading: TreatMissingData.IGNORE,
  heartbeat: TreatMissingData.BREACHING,
};

const GROUPS = [
  ...[meteringAlarms, answerAlarms, usageAlarms, doorAlarms],
  ...[streamAlarms, subscriptionAlarms, registrationAlarms],
];

/** One alarm for each way that billing can get stuck. Each description names its runbook section. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { topic, dashboardUrl, runbookUrl, ...sources }: AlarmsProps) {
    super(scope, id);
    this.all = GROUPS.flatMap((group) => group(sources)).map((design) =>
      this.#alarm(design, { dashboardUrl, runbookUrl }),
    );
    for (const alarm of this.all) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }

  #alarm(
    { id, metric, says, threshold = 1, periods = 1, kind = 'events' }: AlarmDesign,
    { dashboardUrl, runbookUrl }: Pick<AlarmsProps, 'dashboardUrl' | 'runbookUrl'>,
  ): Alarm {
    return new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator:
        kind === 'heartbeat'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: MISSING[kind],
      alarmDescription: `${says} Runbook: ${runbookUrl}#${toAnchor(id)} Dashboard: ${dashboardUrl}`,
    });
  }
}

/** The anchor that GitHub gives a heading: `MeteringNotRunning` for "Metering not running". */
function toAnchor(id: string): string {
  return id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
